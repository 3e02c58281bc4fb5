package dev.coil.scheduler.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain/word-1.0",
                "it's",
                "two\nlines\n",
                " a  b ",
                "back\\slash \\0101",
                "%s %b",
                "$(id) `id` \"x\" 'y'",
                "ünï ☃",
                "\u0001\u007f\t",
                "-n",
                "ends in newline\n\n"
            })
    void shouldBeWhatAShellMakesOfThem(String text) throws Exception {
        var word = Words.escaped(text);

        assertThat(word).matches("[A-Za-z0-9/._,:=@%+\\\\-]+");
        var shell = new ProcessBuilder("sh", "-c", "printf %b \"$1\"", "sh", word).start();
        assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8)).isEqualTo(text);
    }
}
