package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class StandardOutputTest {

    @Test
    void shouldSayWhyAResultWasNotWritten() {
        var out = new StandardOutput(failing("No space left on device"));

        out.println("result");

        assertThat(out.failure()).isEqualTo("No space left on device");
    }

    @Test
    void shouldNotMindAReaderWhoHasSeenEnough() {
        var out = new StandardOutput(failing("Broken pipe"));

        out.println("result");

        assertThat(out.failure()).isNull();
    }

    @Test
    void shouldHaveNothingToSayOfWhatWasWritten() {
        var bytes = new ByteArrayOutputStream();
        var out = new StandardOutput(bytes);

        out.println("result");

        assertThat(out.failure()).isNull();
        assertThat(bytes).hasToString("result" + System.lineSeparator());
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };
    }
}
