package dev.coil.viewer.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {

    private final LogLines lines = new LogLines();
    private final List<String> out = new ArrayList<>();

    private void piece(long at, int stream, byte[] bytes) {
        lines.add(new LogReader.Piece(0, at, stream, bytes)).forEach(this::note);
    }

    private void piece(long at, int stream, String text) {
        piece(at, stream, text.getBytes(UTF_8));
    }

    private void note(LogLines.Line line) {
        out.add(line.at() + " " + line.stream() + " " + line.text());
    }

    @Test
    void shouldPutALineOfSeveralPiecesTogether() {
        piece(1, 1, "hel");
        piece(2, 1, "lo\nwor");
        piece(3, 1, "ld\n");

        assertThat(out).containsExactly("1 1 hello", "2 1 world");
    }

    @Test
    void shouldKeepTheStreamsApart() {
        piece(1, 1, "out ");
        piece(2, 2, "err\n");
        piece(3, 1, "goes on\n");

        assertThat(out).containsExactly("2 2 err", "1 1 out goes on");
    }

    @Test
    void shouldKeepACharacterThatWasCut() {
        var bytes = "é\n".getBytes(UTF_8);
        piece(1, 1, new byte[] {bytes[0]});
        piece(2, 1, new byte[] {bytes[1], bytes[2]});

        assertThat(out).containsExactly("1 1 é");
    }

    @Test
    void shouldGiveTheLastLineWithoutItsEnd() {
        piece(1, 2, "no end");
        lines.end().forEach(this::note);

        assertThat(out).containsExactly("1 2 no end");
        assertThat(lines.end()).isEmpty();
    }

    @Test
    void shouldCutALineThatNeverEnds() {
        piece(1, 1, "x".repeat(600_000));
        lines.end().forEach(this::note);

        assertThat(out).hasSize(3);
        assertThat(String.join("", out).replaceAll("[^x]", "")).hasSize(600_000);
    }
}
