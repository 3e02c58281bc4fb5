package dev.coil.viewer.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8StreamTest {

    @Test
    void shouldPutCharactersTogetherWhereverTheyAreCut() {
        var text = "naïve ✓ 𝄞";
        var bytes = text.getBytes(UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            var stream = new Utf8Stream();
            assertThat(stream.decode(Arrays.copyOf(bytes, cut))
                            + stream.decode(Arrays.copyOfRange(bytes, cut, bytes.length)))
                    .isEqualTo(text);
        }
    }

    @Test
    void shouldReplaceWhatIsNoText() {
        assertThat(new Utf8Stream().decode(new byte[] {'a', (byte) 0xff, 'b'})).isEqualTo("a\ufffdb");
    }
}
