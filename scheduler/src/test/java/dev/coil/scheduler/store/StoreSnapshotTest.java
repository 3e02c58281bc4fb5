package dev.coil.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreSnapshotTest {

    @TempDir
    Path directory;

    private static void store(RocksStore store, long position) {
        var overlay = store.overlay();
        for (int task = 0; task < 1_000; task++) {
            overlay.put(Table.ROOTS, Keys.task(position, task), position);
        }
        Meta.POSITION.set(overlay, position);
        store.pend(overlay);
        store.storeOldest();
    }

    private static String dump(StoreSnapshot snapshot) {
        var text = new StringBuilder();
        snapshot.forEach((key, value) -> text.append(HexFormat.of().formatHex(key))
                .append(' ')
                .append(HexFormat.of().formatHex(value))
                .append('\n'));
        return text.toString();
    }

    @Test
    void shouldBeWhatWasStoredThenWhateverIsStoredSince() throws Exception {
        try (var store = RocksStore.open(directory)) {
            store(store, 1);
            try (var snapshot = store.snapshot()) {
                var before = dump(snapshot);
                store(store, 2);
                store.pend(store.overlay());

                assertThat(dump(snapshot)).isEqualTo(before).hasLineCount(1_001);
                assertThat(Meta.POSITION.get(store.stored())).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldNotSayWhatIsNotStoredYet() throws Exception {
        try (var store = RocksStore.open(directory)) {
            store(store, 1);
            var pending = store.overlay();
            Meta.POSITION.set(pending, 7);
            store.pend(pending);

            assertThat(Meta.POSITION.get(store.stored())).isEqualTo(1);
            assertThat(Meta.POSITION.get(store.overlay())).isEqualTo(7);
        }
    }

    @Test
    void shouldFillAnotherStoreWithTheSame() throws Exception {
        var copy = directory.resolve("copy");
        String dump;
        try (var store = RocksStore.open(directory.resolve("original"))) {
            store(store, 1);
            store(store, 2);
            try (var snapshot = store.snapshot();
                    var filler = new StoreFiller(copy)) {
                dump = dump(snapshot);
                snapshot.forEach(filler);
            }
        }
        try (var store = RocksStore.open(copy);
                var snapshot = store.snapshot()) {
            assertThat(dump(snapshot)).isEqualTo(dump);
            assertThat(Meta.POSITION.get(store.overlay())).isEqualTo(2);
        }
    }
}
