package dev.coil.viewer.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberedLinesTest {

    private final List<String> told = new ArrayList<>();
    private final NumberedLines lines =
            new NumberedLines(line -> told.add(line.number() + " " + line.stream() + " " + line.text()));

    private void piece(int stream, String text) {
        lines.add(new LogReader.Piece(0, 0, stream, text.getBytes(UTF_8)));
    }

    @Test
    void shouldCountLinesInTheOrderInWhichTheyBegin() {
        piece(1, "one\n\ntest ");
        piece(2, "warning\n");
        piece(1, "ok\n");
        piece(0, "no end");
        lines.end();

        assertThat(told).containsExactly("1 1 one", "2 1 ", "4 2 warning", "3 1 test ok", "5 0 no end");
    }

    @Test
    void shouldTellWhatATerminalShowsInTheEnd() {
        piece(1, "10 %\r50 %\r");
        piece(1, "\033[1mdone\033[0m\033]0;title\007\r\n");

        assertThat(told).containsExactly("1 1 done");
    }

    @Test
    void shouldKeepNoMoreThanTheBeginningOfALineWithoutEnd() {
        for (int i = 0; i < 1_000; i++) {
            piece(1, "x".repeat(1_000));
        }
        lines.end();

        assertThat(told).hasSize(1);
        assertThat(told.get(0)).hasSizeBetween(4_000, 5_000);
    }
}
