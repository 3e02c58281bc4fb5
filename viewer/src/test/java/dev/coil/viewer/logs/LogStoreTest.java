package dev.coil.viewer.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStoreTest {

    private static final TaskRef TASK = new TaskRef("mylang", 17, 3);
    private static final LogKey KEY = new LogKey(TASK, 1);

    @TempDir
    private Path directory;

    private static LogChunk chunk(long offset, int stream, String text) {
        return new LogChunk(TASK, 1, offset, 1_000 + offset, stream, text.getBytes(UTF_8));
    }

    private static String text(List<LogReader.Piece> pieces) {
        var text = new StringBuilder();
        pieces.forEach(piece -> text.append(new String(piece.bytes(), UTF_8)));
        return text.toString();
    }

    private String read(LogStore store) throws IOException {
        try (var reader = store.reader(KEY)) {
            return text(reader.read(1_000_000));
        }
    }

    @Test
    void shouldGiveBackWhatWasPrintedWithTimeAndStream() throws IOException {
        try (var store = new LogStore(directory);
                var reader = store.reader(KEY)) {
            assertThat(reader.read(100)).as("before there is a log").isEmpty();

            store.append(List.of(chunk(0, 1, "hello "), chunk(6, 2, "oops\n")));

            var pieces = reader.read(100);
            assertThat(text(pieces)).isEqualTo("hello oops\n");
            assertThat(pieces).extracting(LogReader.Piece::stream).containsExactly(1, 2);
            assertThat(pieces).extracting(LogReader.Piece::at).containsExactly(1_000L, 1_006L);
            assertThat(store.size(KEY)).isEqualTo(11);
        }
    }

    @Test
    void shouldShowAReaderWhatComesLater() throws IOException {
        try (var store = new LogStore(directory);
                var reader = store.reader(KEY)) {
            store.append(List.of(chunk(0, 1, "one\n")));
            assertThat(text(reader.read(100))).isEqualTo("one\n");
            assertThat(reader.read(100)).isEmpty();

            store.append(List.of(chunk(4, 1, "two\n")));
            assertThat(text(reader.read(100))).isEqualTo("two\n");
        }
    }

    @Test
    void shouldChangeNothingWhenChunksComeAgain() throws IOException {
        try (var store = new LogStore(directory)) {
            store.append(List.of(chunk(0, 1, "one\n"), chunk(4, 1, "two\n")));
            store.append(List.of(chunk(0, 1, "one\n"), chunk(4, 1, "two\n"), chunk(8, 1, "three\n")));
        }

        try (var again = new LogStore(directory)) {
            again.append(List.of(chunk(4, 1, "two\n"), chunk(8, 1, "three\n"), chunk(14, 1, "four\n")));
            assertThat(read(again)).isEqualTo("one\ntwo\nthree\nfour\n");
        }
    }

    @Test
    void shouldTakeWhatIsNewOfAChunkThatOverlaps() throws IOException {
        try (var store = new LogStore(directory)) {
            store.append(List.of(chunk(0, 1, "one\ntw"), chunk(4, 1, "two\n")));

            assertThat(read(store)).isEqualTo("one\ntwo\n");
        }
    }

    @Test
    void shouldGoOnBehindATornIndexEntry() throws IOException {
        try (var store = new LogStore(directory)) {
            store.append(List.of(chunk(0, 1, "one\n")));
        }
        Files.write(KEY.index(directory), new byte[10], StandardOpenOption.APPEND);

        try (var store = new LogStore(directory)) {
            assertThat(read(store)).isEqualTo("one\n");
            store.append(List.of(chunk(4, 1, "two\n")));
            assertThat(read(store)).isEqualTo("one\ntwo\n");
        }
    }

    @Test
    void shouldReadFromAnyByteInPiecesOfAnySize() throws IOException {
        try (var store = new LogStore(directory)) {
            store.append(List.of(chunk(0, 1, "abcdef"), chunk(6, 2, "ghi"), chunk(9, 1, "jklmnop")));
            for (int size = 1; size < 17; size++) {
                try (var reader = store.reader(KEY)) {
                    reader.seek(4);
                    var all = new StringBuilder();
                    for (var pieces = reader.read(size); !pieces.isEmpty(); pieces = reader.read(size)) {
                        all.append(text(pieces));
                    }
                    assertThat(all.toString()).as("in pieces of " + size).isEqualTo("efghijklmnop");
                }
            }
        }
    }

    @Test
    void shouldKeepManyLogsApartThoughFewFilesAreOpen() throws IOException {
        int logs = 500;
        try (var store = new LogStore(directory)) {
            for (int round = 0; round < 3; round++) {
                var chunks = new ArrayList<LogChunk>();
                for (int task = 0; task < logs; task++) {
                    var bytes = (task % 10 + "\n").getBytes(UTF_8);
                    chunks.add(new LogChunk(new TaskRef("p", 1, task), 1, round * 2L, 1, 1, bytes));
                }
                store.append(chunks);
            }
            for (int task = 0; task < logs; task++) {
                try (var reader = store.reader(new LogKey(new TaskRef("p", 1, task), 1))) {
                    assertThat(text(reader.read(100))).isEqualTo((task % 10 + "\n").repeat(3));
                }
            }
        }
    }

    @Test
    void shouldRefuseNamesThatLeadOutOfTheStore() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LogKey(new TaskRef("../etc", 1, 1), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogKey(new TaskRef("..", 1, 1), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogKey(new TaskRef("p", 1, -1), 1));
    }
}
