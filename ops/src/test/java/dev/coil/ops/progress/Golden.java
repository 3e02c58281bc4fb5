package dev.coil.ops.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares text with a file beside this class. {@code -Dcoil.golden=write} writes the files anew, for a person to look at. */
public final class Golden {

    private static final Path FILES = Path.of("src/test/resources/dev/coil/ops/progress");

    private Golden() {}

    public static void check(String name, String actual) {
        var file = FILES.resolve(name + ".txt");
        try {
            if ("write".equals(System.getProperty("coil.golden"))) {
                Files.createDirectories(FILES);
                Files.writeString(file, actual);
            }
            assertThat(actual).isEqualTo(Files.readString(file, UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
