package dev.coil.ops.cli;

import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.ErrorLines;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.NodeUnreachable;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.client.RunSummary;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.Failure;
import dev.coil.ops.progress.LogTail;
import java.io.IOException;
import java.util.List;

/** Asks a node what the logs of failed tasks say. */
final class FailureReader {

    private static final int TRIES = 20;
    private static final long RETRY_MILLIS = 100;

    private final NodeClient node;
    private final RunSummary run;

    FailureReader(NodeClient node, RunSummary run) {
        this.node = node;
        this.run = run;
    }

    /** A log that cannot be had is left out: the result is more important. */
    Failure read(Task task) {
        var attempt = task.lastAttempt();
        if (attempt == null || attempt.logBytes() == 0) {
            return Failure.withoutLog(task);
        }
        try {
            // In this order: once the end of the log is there, all of it is.
            var tail = tail(task, attempt);
            return new Failure(task, errors(task, attempt), tail);
        } catch (IOException | RequestRefused | NodeUnreachable e) {
            return Failure.withoutLog(task);
        }
    }

    /** The lines that say why, without the last ones. */
    Failure readErrors(Task task) {
        var attempt = task.lastAttempt();
        return attempt == null || attempt.logBytes() == 0
                ? Failure.withoutLog(task)
                : new Failure(task, errors(task, attempt), List.of());
    }

    private ErrorLines errors(Task task, Attempt attempt) {
        try {
            return node.errors(run, task.index(), attempt.number());
        } catch (RequestRefused | NodeUnreachable | IllegalArgumentException e) {
            return ErrorLines.NONE;
        }
    }

    private List<String> tail(Task task, Attempt attempt) throws IOException {
        long from = Math.max(0, attempt.logBytes() - LogTail.BYTES);
        var bytes = new byte[0];
        // The end of a log may reach the node's log store a moment after the result that tells of it.
        for (int i = 0; i < TRIES && bytes.length < attempt.logBytes() - from; i++) {
            if (i > 0 && !pause()) {
                break;
            }
            try (var log = node.log(run, task.index(), attempt.number(), false, from, false)) {
                bytes = log.readAllBytes();
            } catch (RequestRefused e) {
                if (i == TRIES - 1) {
                    throw e;
                }
            }
        }
        return LogTail.of(bytes, from > 0);
    }

    private static boolean pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
