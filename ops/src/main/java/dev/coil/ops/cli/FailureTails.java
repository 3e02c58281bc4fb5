package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.NodeUnreachable;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.LogTail;
import dev.coil.ops.progress.Summary;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fetches the last lines of the tasks that went wrong. */
final class FailureTails {

    private static final int MOST = 10;
    private static final int TRIES = 20;
    private static final long RETRY_MILLIS = 100;

    private FailureTails() {}

    /** By the task's index. A log that cannot be had is left out: the result is more important. */
    static Map<Integer, List<String>> of(NodeClient node, Run run) {
        var tails = new HashMap<Integer, List<String>>();
        Summary.brokenFirst(run).stream()
                // Of one that may fail, every passed run would end with its log.
                .filter(task -> !task.allowFailure()
                        && task.lastAttempt() != null
                        && task.lastAttempt().logBytes() > 0)
                .limit(MOST)
                .forEach(task -> {
                    try {
                        tails.put(task.index(), tail(node, run, task));
                    } catch (IOException | RequestRefused | NodeUnreachable e) {
                        tails.remove(task.index());
                    }
                });
        return tails;
    }

    private static List<String> tail(NodeClient node, Run run, Task task) throws IOException {
        var attempt = task.lastAttempt();
        if (attempt == null) {
            return List.of();
        }
        long from = Math.max(0, attempt.logBytes() - LogTail.BYTES);
        var bytes = new byte[0];
        // The end of a log may reach the node's log store a moment after the result that tells of it.
        for (int i = 0; i < TRIES && bytes.length < attempt.logBytes() - from; i++) {
            if (i > 0 && !pause()) {
                break;
            }
            try (var log = node.log(run.summary(), task.index(), attempt.number(), false, from, false)) {
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
