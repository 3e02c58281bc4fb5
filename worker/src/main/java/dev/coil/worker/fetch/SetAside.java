package dev.coil.worker.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Damaged mirrors, which nobody uses any more. The last one is kept for a week, for who wants to know what happened to it. */
final class SetAside {

    private static final Logger log = LoggerFactory.getLogger(SetAside.class);
    private static final String SUFFIX = ".broken";
    private static final Duration KEPT = Duration.ofDays(7);

    private final Path directory;

    SetAside(Path directory) {
        this.directory = directory;
    }

    void take(Path mirror) throws IOException {
        var aside = directory.resolve(UUID.randomUUID() + SUFFIX);
        Files.move(mirror, aside);
        Files.setLastModifiedTime(aside, FileTime.from(Instant.now()));
    }

    /** Deletes all but the last one, and that when its time is over. For when what they were is there again. */
    synchronized void clean(Instant now) {
        record Aside(Path mirror, Instant since) {}
        var all = new java.util.ArrayList<Aside>();
        try (var mirrors = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (var mirror : mirrors) {
                all.add(new Aside(mirror, Files.getLastModifiedTime(mirror).toInstant()));
            }
            all.sort(Comparator.comparing(Aside::since).reversed());
            for (int i = 0; i < all.size(); i++) {
                if (i > 0 || all.get(i).since().isBefore(now.minus(KEPT))) {
                    delete(all.get(i).mirror());
                }
            }
        } catch (IOException | UncheckedIOException e) {
            log.warn("cannot delete what was damaged in {}: {}", directory, e.toString());
        }
    }

    private static void delete(Path mirror) throws IOException {
        try (var files = Files.walk(mirror)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
