package dev.coil.ops.cli;

import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.protocol.graph.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which tasks a retry runs again, as the scheduler chooses them: to be told before it happens. */
final class Retried {

    /** Kinds of an end without a result, for which not the task but another one is the reason. */
    private static final Set<String> SKIPPED = Set.of("NEED", "NO_WORKER");

    private static final String BY_CONDITION = "CONDITION";
    private static final String CANCELLED = "CANCELLED";

    private Retried() {}

    /**
     * In the order of the graph.
     *
     * @param one the one task to run again, with what was skipped because of it; {@code null} for all that did not succeed
     * @param dependents whether it is with all that depends on it and has ended
     */
    static List<Task> of(Run run, @Nullable Task one, boolean dependents) {
        if (one == null) {
            return run.tasks().stream()
                    .filter(task ->
                            task.isFinished() && task.outcome() != Outcome.SUCCESS && !BY_CONDITION.equals(task.kind()))
                    .toList();
        }
        var names = new HashSet<String>();
        var chosen = new ArrayList<Task>();
        for (var task : run.tasks()) {
            boolean dependent = (dependents ? task.isFinished() : isSkipped(task))
                    && task.needs().stream().anyMatch(names::contains);
            if (task.index() == one.index() || dependent) {
                names.add(task.name());
                chosen.add(task);
            }
        }
        return chosen;
    }

    /** What keeps a task from being run again alone: something that it needs, and that did not end well. */
    static Optional<Task> obstacle(Run run, Task one) {
        return one.isSkippedForItsNeeds()
                ? run.tasks().stream()
                        .filter(task -> one.needs().contains(task.name()))
                        .filter(task -> task.isFinished() && task.outcome() != Outcome.SUCCESS)
                        .filter(task -> !(task.allowFailure() && task.isBroken()) && !BY_CONDITION.equals(task.kind()))
                        .findFirst()
                : Optional.empty();
    }

    private static boolean isSkipped(Task task) {
        boolean cancelled = CANCELLED.equals(task.kind()) && task.attempts().isEmpty();
        return task.isFinished() && task.kind() != null && (SKIPPED.contains(task.kind()) || cancelled);
    }
}
