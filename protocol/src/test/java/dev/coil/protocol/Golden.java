package dev.coil.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that say what comes out. {@code -Dcoil.golden=write} writes them anew, to be looked at and committed. */
public final class Golden {

    private static final boolean WRITE = "write".equals(System.getProperty("coil.golden"));

    private Golden() {}

    /** A file or directory under the test resources, in the source tree. */
    public static Path path(String name) {
        return Path.of("src", "test", "resources").resolve(name);
    }

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void assertEqual(Path file, String actual) {
        if (WRITE) {
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, actual);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(file).exists();
        assertThat(actual).as("%s", file).isEqualTo(read(file));
    }
}
