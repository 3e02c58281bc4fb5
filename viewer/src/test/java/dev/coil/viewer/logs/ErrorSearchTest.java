package dev.coil.viewer.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.viewer.logs.ErrorSearch.ErrorLine;
import dev.coil.viewer.logs.ErrorSearch.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorSearchTest {

    private static final TaskRef TASK = new TaskRef("mylang", 1, 0);

    private LogStore store;
    private long printed;

    @BeforeEach
    void open(@TempDir Path directory) {
        store = new LogStore(directory);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void print(int stream, String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        store.append(List.of(new LogChunk(TASK, 1, printed, 1, stream, bytes)));
        printed += bytes.length;
    }

    private Found found() throws IOException {
        try (var reader = store.reader(new LogKey(TASK, 1))) {
            return ErrorSearch.in(reader);
        }
    }

    @Test
    void shouldFindNothingWhereNothingWasPrinted() throws Exception {
        assertThat(found()).isEqualTo(ErrorSearch.NOTHING);
    }

    @Test
    void shouldGiveTheMostTellingKindAlone() throws Exception {
        print(1, "cc -c heap.c\n");
        print(2, "cat: VERSION: No such file or directory\n");
        print(2, "\033[1mheap.c:3:1: \033[31merror: \033[0mmissing brace\n");
        print(2, "make: *** [Makefile:2: all] Error 2\n");

        assertThat(found()).isEqualTo(new Found(List.of(new ErrorLine(3, 2, "heap.c:3:1: error: missing brace")), 0));
    }

    @Test
    void shouldGiveAConsequenceWhereNothingElseIsSaid() throws Exception {
        print(2, "make: *** [Makefile:2: all] Error 2");

        assertThat(found().lines()).extracting(ErrorLine::line).containsExactly(1);
    }

    @Test
    void shouldGiveTheFirstLinesAndCountTheOthers() throws Exception {
        print(1, "FAIL: begun first, ");
        for (int i = 0; i < 12; i++) {
            print(2, "not ok " + i + "\n");
        }
        print(1, "ended last\n");

        assertThat(found().lines()).extracting(ErrorLine::line).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(found().lines().get(0).text()).isEqualTo("FAIL: begun first, ended last");
        assertThat(found().more()).isEqualTo(3);
    }

    @Test
    void shouldGiveTheLastComplaintFirst() throws Exception {
        print(1, "coil: checked out\n");
        print(2, "script: 1: [[: not found\n");
        print(1, "y\n");
        print(2, "ls: cannot access '/nonexistent-file': No such file or directory\n");

        assertThat(found().lines()).extracting(ErrorSearch.ErrorLine::line).containsExactly(4, 2);
    }

    @Test
    void shouldCutALongLine() throws Exception {
        print(2, "heap.c:3:1: error: " + "\uD83D\uDCA5".repeat(600) + "\n");

        var text = found().lines().get(0).text();
        assertThat(text)
                .hasSizeBetween(498, 500)
                .startsWith("heap.c:3:1: error: \uD83D\uDCA5")
                .endsWith("\uD83D\uDCA5…");
    }

    @Test
    void shouldGoThroughAVeryLongLogWithoutHoldingIt() throws Exception {
        var lines = "[ 42%] Building C object CMakeFiles/heap.dir/src/error.c.o -Werror and so on\n".repeat(13_000);
        for (int i = 0; i < 64; i++) {
            print(1, lines);
        }
        print(2, "heap.c:3:1: error: missing brace\n");

        long from = System.nanoTime();
        var found = found();
        long took = System.nanoTime() - from;

        assertThat(printed).isGreaterThan(64_000_000);
        assertThat(found.lines()).extracting(ErrorLine::line).containsExactly(64 * 13_000 + 1);
        assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(60));
    }
}
