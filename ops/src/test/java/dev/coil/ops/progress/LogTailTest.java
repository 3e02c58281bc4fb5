package dev.coil.ops.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogTailTest {

    @Test
    void shouldGiveTheLastLines() {
        var log = IntStream.rangeClosed(1, 40).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());

        assertThat(LogTail.of(log.getBytes(UTF_8), false))
                .hasSize(15)
                .startsWith("line 26")
                .endsWith("line 40");
    }

    @Test
    void shouldLeaveOutTheLineThatTheCutWentThrough() {
        assertThat(LogTail.of("f a line\nwhole\n".getBytes(UTF_8), true)).containsExactly("whole");
    }

    @Test
    void shouldShowWhatATerminalWouldShowInTheEnd() {
        var log = "\u001b[1;31merror:\u001b[0m bad\n 10%\r 50%\r100%\r\n\u001b]0;title\u0007done\u0000\n\n";

        assertThat(LogTail.of(log.getBytes(UTF_8), false)).containsExactly("error: bad", "100%", "done");
    }

    @Test
    void shouldSurviveBytesThatAreNoText() {
        assertThat(LogTail.of(new byte[] {(byte) 0xff, 'x', '\n'}, false)).containsExactly("\ufffdx");
    }
}
