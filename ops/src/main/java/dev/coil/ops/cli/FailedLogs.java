package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.NodeUnreachable;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.client.RunSummary;
import dev.coil.ops.client.Task;
import dev.coil.ops.files.FileTree;
import dev.coil.ops.progress.LogTail;
import dev.coil.worker.program.Reason;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The logs of failed tasks, which would go with their private node: as plain text in {@code $COIL_HOME/logs/failed/<run>/<task>.log}.
 * Line 276 of a log is line 276 of its file.
 */
final class FailedLogs {

    private static final int MOST_RUNS = 20;
    private static final long MOST_BYTES = 64 << 20;

    /** A private node's runs all have the number 1; when they were is what tells them apart. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private final Path all;
    private final NodeClient node;

    FailedLogs(Path coilHome, NodeClient node) {
        all = coilHome.resolve("logs").resolve("failed");
        this.node = node;
    }

    /**
     * Keeps them, and no more than those of so many runs.
     *
     * @param broken the failed tasks, the most important first
     * @param at when the run ended
     * @return a sentence that says where they are
     */
    String keep(RunSummary run, List<Task> broken, LocalDateTime at) {
        var withLog = broken.stream().filter(FailedLogs::hasLog).toList();
        if (withLog.isEmpty()) {
            return "what failed has printed nothing";
        }
        try {
            var directory = directory(run.project() + '-' + TIME.format(at));
            var kept = copy(run, withLog, directory);
            prune();
            if (kept.size() == 1 && withLog.size() == 1) {
                return "the whole log: " + kept.get(0);
            }
            return (kept.size() == withLog.size()
                            ? "the whole logs"
                            : kept.size() + " of the " + withLog.size() + " logs")
                    + " of what failed: " + directory + "/";
        } catch (IOException e) {
            return cannotKeep(e);
        } catch (UncheckedIOException e) {
            return cannotKeep(e.getCause());
        } catch (RequestRefused | NodeUnreachable e) {
            return "the logs cannot be kept: " + e.getMessage();
        }
    }

    private String cannotKeep(IOException e) {
        return "the logs cannot be kept in " + all + " (" + Reason.of(e) + "); --keep keeps all of the private node";
    }

    private static boolean hasLog(Task task) {
        var attempt = task.lastAttempt();
        return attempt != null && attempt.logBytes() > 0;
    }

    /** A new one, for its owner's eyes only where the file system can do that: logs may tell more than they should. */
    private Path directory(String name) throws IOException {
        Files.createDirectories(all);
        if (Files.getFileStore(all).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("rwx------"));
        }
        for (int i = 1; ; i++) {
            try {
                return Files.createDirectory(all.resolve(i == 1 ? name : name + '-' + i));
            } catch (FileAlreadyExistsException e) {
                // Another run of the same second has it.
            }
        }
    }

    private List<Path> copy(RunSummary run, List<Task> tasks, Path directory) throws IOException {
        var kept = new ArrayList<Path>();
        long room = MOST_BYTES;
        for (var task : tasks) {
            Attempt attempt = task.lastAttempt();
            if (attempt == null || attempt.logBytes() > room && !kept.isEmpty()) {
                continue;
            }
            room -= attempt.logBytes();
            var name = task.name().replaceAll("[^A-Za-z0-9._=-]+", "-");
            var file = directory.resolve(name + ".log");
            if (Files.exists(file)) {
                file = directory.resolve(name + '-' + task.index() + ".log");
            }
            try (var log = node.log(run, task.index(), attempt.number(), false, 0, false)) {
                write(log, file);
            }
            kept.add(file);
        }
        return kept;
    }

    /** As a terminal would show it in the end, line by line. */
    private static void write(InputStream log, Path file) throws IOException {
        try (var in = new BufferedInputStream(log);
                var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            var line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    out.write(visible(line));
                    out.write('\n');
                    line.reset();
                } else {
                    line.write(b);
                }
            }
            out.write(visible(line));
        }
    }

    private static byte[] visible(ByteArrayOutputStream line) {
        return LogTail.visible(line.toString(UTF_8)).getBytes(UTF_8);
    }

    private void prune() throws IOException {
        List<Path> runs;
        try (var directories = Files.list(all)) {
            runs = directories
                    .sorted(Comparator.comparing(FailedLogs::modified).reversed())
                    .toList();
        }
        runs.stream().skip(MOST_RUNS).forEach(FileTree::delete);
    }

    private static long modified(Path path) {
        return path.toFile().lastModified();
    }
}
