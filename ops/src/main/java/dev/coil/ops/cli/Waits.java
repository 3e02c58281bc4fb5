package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.NodeUnreachable;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.client.Waiting;
import dev.coil.ops.progress.Durations;
import dev.coil.ops.progress.TaskLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the tasks of a run wait for, in the words of a table: of the first few as the node says it. */
final class Waits {

    /** A node looks through all that is ready for each. */
    private static final int ASKED = 10;

    private final NodeClient node;
    private final Run run;
    private final Set<String> open;
    private int asked;

    Waits(NodeClient node, Run run) {
        this.node = node;
        this.run = run;
        open = run.tasks().stream()
                .filter(task -> !task.isFinished())
                .map(Task::name)
                .collect(Collectors.toSet());
    }

    /** Why a task waits, or ended as it did; {@code null} if there is nothing to say. */
    @Nullable
    String text(Task task) {
        if (task.isRunning()) {
            return null;
        }
        if (task.isFinished()) {
            return TaskLine.reason(task);
        }
        return task.isStranded() || task.attempts().isEmpty() ? waitsFor(task) : again(task);
    }

    private static String again(Task task) {
        var reason = TaskLine.reason(task);
        return "to be run again" + (reason == null ? "" : " after " + reason);
    }

    private String waitsFor(Task task) {
        var waiting = task.isStranded() || asked++ >= ASKED ? null : ask(task);
        if (waiting == null || waiting.reasons().isEmpty()) {
            return known(task);
        }
        var millis = waiting.startsInMillis();
        var when = millis == null || millis == 0 ? "" : ", in about " + Durations.text(Duration.ofMillis(millis));
        return (waiting.isForNeeds() ? known(task) : waiting.reasons().get(0).text()) + when;
    }

    private @Nullable Waiting ask(Task task) {
        try {
            return NodeClient.waiting(node.why(run.summary(), task.index()));
        } catch (RequestRefused | NodeUnreachable e) {
            // The table is more important, and says what it knows itself.
            return null;
        }
    }

    private String known(Task task) {
        var reason = TaskLine.reason(task);
        if (reason != null) {
            return reason;
        }
        return task.isReady() ? "for a worker: " + task.requirement() : needs(task);
    }

    private String needs(Task task) {
        var needs = new ArrayList<>(task.needs().stream().filter(open::contains).toList());
        if (needs.isEmpty()) {
            // What a task generates has names under its own: all of it may be needed.
            task.needs().forEach(need -> open.stream()
                    .filter(name -> name.startsWith(need + "/"))
                    .sorted()
                    .forEach(needs::add));
        }
        return switch (needs.size()) {
            case 0 -> "its needs have ended";
            case 1 -> "needs " + needs.get(0);
            default -> "needs " + needs.get(0) + " and " + (needs.size() - 1) + " more";
        };
    }
}
