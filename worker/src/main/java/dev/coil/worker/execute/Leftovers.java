package dev.coil.worker.execute;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Finds and ends what a worker that died without a word left running. */
public final class Leftovers {

    private static final long CLOCK_STEP_MILLIS = 2_000;

    private Leftovers() {}

    /** Notes a session's leader and when it started, since its number alone may be another's tomorrow. */
    static void note(Path file, ProcessHandle leader) throws IOException {
        var started = leader.info().startInstant().orElse(Instant.EPOCH);
        Files.writeString(file, leader.pid() + " " + started.toEpochMilli() + "\n");
    }

    /**
     * Kills without grace, since whoever wanted their results is gone.
     *
     * @param processFiles as noted; absent ones are passed over
     * @param incarnations under whose claims they were started
     * @return the processes, as {@code name (pid)}
     */
    public static List<String> kill(Collection<Path> processFiles, Set<String> incarnations)
            throws IOException, InterruptedException {
        var killed = new java.util.ArrayList<String>();
        for (var file : processFiles) {
            if (Files.exists(file)) {
                killed.addAll(ProcessTree.leftBy(leader(Files.readString(file, ISO_8859_1)), marker -> false)
                        .kill(Duration.ZERO));
            }
        }
        killed.addAll(ProcessTree.leftBy(
                        ProcessTree.NONE,
                        marker -> marker.lastIndexOf('-') > 0
                                && incarnations.contains(marker.substring(0, marker.lastIndexOf('-'))))
                .kill(Duration.ZERO));
        return killed;
    }

    private static long leader(String noted) {
        var parts = noted.strip().split(" ");
        if (parts.length != 2 || !parts[0].matches("\\d{1,18}") || !parts[1].matches("\\d{1,18}")) {
            return ProcessTree.NONE;
        }
        long pid = Long.parseLong(parts[0]);
        long started = Long.parseLong(parts[1]);
        boolean same = ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().startInstant())
                .filter(now -> Math.abs(now.toEpochMilli() - started) < CLOCK_STEP_MILLIS)
                .isPresent();
        return same ? pid : ProcessTree.NONE;
    }
}
