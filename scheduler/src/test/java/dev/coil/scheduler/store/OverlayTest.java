package dev.coil.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverlayTest {

    @TempDir
    Path directory;

    /** The overlay, those below it and the store together must behave as one sorted map. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldReadAsOneSortedMapWhateverIsStored(long seed) throws Exception {
        var random = new Random(seed);
        var model = new TreeMap<Integer, Long>();
        int pending = 0;
        try (var store = RocksStore.open(directory)) {
            var overlay = store.overlay();
            for (int step = 0; step < 4_000; step++) {
                int task = random.nextInt(2_000);
                switch (random.nextInt(10)) {
                    case 0 -> {
                        store.pend(overlay);
                        pending++;
                        overlay = store.overlay();
                    }
                    case 1 -> {
                        if (pending > 0) {
                            store.storeOldest();
                            pending--;
                        }
                    }
                    case 2, 3, 4 -> {
                        overlay.delete(Table.ROOTS, Keys.task(7, task));
                        model.remove(task);
                    }
                    default -> {
                        overlay.put(Table.ROOTS, Keys.task(7, task), (long) step);
                        overlay.put(Table.ROOTS, Keys.task(8, task), 1L);
                        model.put(task, (long) step);
                    }
                }
                assertThat(overlay.get(Table.ROOTS, Keys.task(7, task))).isEqualTo(model.get(task));
                if (step % 100 == 0) {
                    int from = random.nextInt(2_000);
                    assertThat(scan(overlay, from))
                            .isEqualTo(List.copyOf(model.tailMap(from, true).entrySet()));
                }
            }
        }
    }

    private static List<Map.Entry<Integer, Long>> scan(Overlay overlay, int from) {
        var entries = new ArrayList<Map.Entry<Integer, Long>>();
        overlay.scan(Table.ROOTS, Keys.number(7), Keys.task(7, from), (key, value) -> {
            entries.add(Map.entry(Keys.last(key), value));
            return true;
        });
        return entries;
    }

    @Test
    void shouldKeepWhatWasStoredOverAReopen() throws Exception {
        try (var store = RocksStore.open(directory)) {
            var overlay = store.overlay();
            overlay.put(Table.PROJECTS, Keys.text("p"), 17L);
            store.pend(overlay);
            store.storeOldest();
        }
        try (var store = RocksStore.open(directory)) {
            assertThat(store.overlay().get(Table.PROJECTS, Keys.text("p"))).isEqualTo(17L);
        }
    }
}
