package dev.coil.worker.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.host.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner's record of all that ran on the machine: the file {@code ran.log} in the worker's directory, a line for each attempt when it has
 * ended. At 8 MiB it becomes {@code ran.log.1}, in the place of the one before.
 *
 * <pre>2026-11-30T17:31:04Z mylang#17 test/linux/1 attempt=1 commit=1f0c… ref=refs/heads/main event=push outcome=success seconds=12</pre>
 */
final class Journal {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private static final long LARGEST = 8 << 20;
    private static final long MILLIS = 1_000;

    private final Path file;
    private final Path former;

    Journal(Path directory) {
        file = directory.resolve("ran.log");
        former = directory.resolve("ran.log.1");
    }

    synchronized void add(ReadyTask task, AttemptResult result) {
        var source = task.source();
        var line = Instant.ofEpochMilli(result.startedAt() / MILLIS * MILLIS) + " " + task.project() + '#' + task.run()
                + ' ' + task.name()
                + " attempt=" + task.attempt()
                + " commit=" + word(source.commit())
                + " ref=" + word(source.ref())
                + " event=" + word(source.event())
                + " outcome=" + result.outcome().text()
                + " seconds=" + (result.finishedAt() - result.startedAt() + MILLIS / 2) / MILLIS + '\n';
        try {
            if (Files.exists(file) && Files.size(file) > LARGEST) {
                Files.move(file, former, StandardCopyOption.REPLACE_EXISTING);
            }
            SecretFile.append(file, line.getBytes(UTF_8));
        } catch (IOException e) {
            log.warn("cannot record in {} what ran: {}", file, e.getMessage());
        }
    }

    private static String word(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : text.replaceAll("[\\s\\p{Cntrl}]", "?");
    }
}
