package dev.coil.scheduler.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.scheduler.resolver.MemoryState;
import dev.coil.scheduler.resolver.RecordedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries that are made pieces, and pieces that are made entries. */
class EntriesTest {

    private static final CheckpointId ID = new CheckpointId(17, 4, 1);

    private final MemoryState state = new MemoryState();
    private final List<byte[]> pieces = new ArrayList<>();

    private Manifest write(int pieceBytes) {
        RecordedLog.of(3, 60).fold(state, 80);
        var writer = new EntryWriter(pieceBytes, pieces::add);
        state.forEach(writer);
        return CheckpointCopy.manifest(ID, 5, writer.end());
    }

    private String flaw(Manifest manifest) {
        return CheckpointCopy.load(manifest, pieces, new MemoryState());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 100, 4096, 1 << 20})
    void shouldGiveTheSameEntriesWhereverTheyAreCut(int pieceBytes) {
        var manifest = write(pieceBytes);
        var loaded = new MemoryState();

        assertThat(CheckpointCopy.load(manifest, pieces, loaded)).isEmpty();

        assertThat(loaded.dump()).isEqualTo(state.dump()).isNotEmpty();
        assertThat(pieces).allMatch(piece -> piece.length <= pieceBytes).hasSize((int) manifest.pieces());
    }

    @Test
    void shouldNoticeAnyByteThatIsAnotherOne() {
        var manifest = write(1_000);
        var random = new Random(1);
        for (int n = 0; n < 300; n++) {
            var piece = pieces.get(random.nextInt(pieces.size()));
            int place = random.nextInt(piece.length);
            byte was = piece[place];
            piece[place] ^= (byte) (1 << random.nextInt(8));

            assertThat(flaw(manifest)).isNotEmpty();

            piece[place] = was;
            assertThat(flaw(manifest)).isEmpty();
        }
    }

    @Test
    void shouldNoticePiecesThatAreMissingOrMore() {
        var manifest = write(500);
        assertThat(pieces).hasSizeGreaterThan(5);
        var last = pieces.remove(pieces.size() - 1);

        assertThat(flaw(manifest)).startsWith("it has " + pieces.size() + " pieces of " + manifest.pieces());

        pieces.add(last);
        assertThat(flaw(manifest)).isEmpty();
        pieces.add(last);
        assertThat(flaw(manifest)).isNotEmpty();
        pieces.clear();
        assertThat(flaw(manifest)).isNotEmpty();
    }

    @Test
    void shouldNoticeAPieceThatComesOutOfOrder() {
        var manifest = write(500);
        var reader = new EntryReader((key, value) -> {});
        reader.take(0, pieces.get(0));
        reader.take(2, pieces.get(2));
        reader.take(1, pieces.get(1));

        assertThat(reader.end(manifest)).isEqualTo("piece 1 is missing");
    }
}
