package dev.coil.ops.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryTest {

    @TempDir
    private Path directory;

    @Test
    void shouldRemoveWhatIsInUseWhenTheProcessLeaves() throws Exception {
        var open = Temporary.directory(directory, "open-");
        Files.writeString(open.path().resolve("file"), "content");
        var kept = Temporary.directory(directory, "kept-");
        kept.keep();

        Temporary.removeAll();

        assertThat(open.path()).doesNotExist();
        assertThat(kept.path()).exists();
    }

    @Test
    void shouldRemoveWhatIsWrittenUntilTheProcessEnds() throws Exception {
        var writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(writer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).isEqualTo("closed\n");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(directory).isEmptyDirectory());
    }

    /** Removes a directory while another thread makes it again and again, to its end. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            var open = Temporary.directory(Path.of(arguments[0]), "open-");
            var written = new CountDownLatch(1);
            var thread = new Thread(() -> {
                while (true) {
                    try {
                        Files.createDirectories(open.path().resolve("a/b"));
                        Files.writeString(open.path().resolve("a/b/file"), "content");
                        written.countDown();
                    } catch (IOException removed) {
                        // It makes it again.
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
            written.await();
            open.closeUnderWrite();
            while (!Files.exists(open.path().resolve("a/b/file"))) {
                Thread.onSpinWait();
            }
            System.out.println("closed");
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }
    }
}
