package dev.coil.ops.progress;

import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.RunEvent;
import dev.coil.ops.client.RunSummary;
import dev.coil.ops.client.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run as its live stream has told it so far. Not for several threads. */
public final class RunModel {

    private @Nullable RunSummary summary;
    private final List<Task> tasks = new ArrayList<>();

    /**
     * A task that is not as it was.
     *
     * @param before {@code null} if nothing was known of it
     */
    public record Transition(@Nullable Task before, Task after) {

        /** Also if it was run again meanwhile: what came of that is news. */
        boolean justFinished() {
            return after.isFinished()
                    && (before == null
                            || !before.isFinished()
                            || after.attempts().size() > before.attempts().size());
        }

        /** The attempts that ended since, after which the task is run again, as far as that was to be seen. */
        List<Attempt> triedAgain() {
            int known =
                    before == null ? after.attempts().size() : before.attempts().size();
            boolean lastWasOpen = before != null
                    && before.lastAttempt() != null
                    && before.lastAttempt().finishedAt() == null;
            int from = lastWasOpen ? known - 1 : known;
            int to = after.isFinished()
                    ? after.attempts().size() - 1
                    : after.attempts().size();
            return from >= to
                    ? List.of()
                    : after.attempts().subList(from, to).stream()
                            .filter(attempt -> attempt.finishedAt() != null)
                            .toList();
        }
    }

    /**
     * Takes an event in. A snapshot after the first one, as after a broken connection, tells only what changed meanwhile.
     *
     * @return the tasks that changed, in order of their index
     */
    public List<Transition> apply(RunEvent event) {
        if (event instanceof RunEvent.Snapshot snapshot) {
            return update(snapshot.run().summary(), snapshot.run().tasks());
        }
        if (event instanceof RunEvent.Change change) {
            return update(change.run(), change.tasks());
        }
        return List.of();
    }

    private List<Transition> update(RunSummary newer, List<Task> changed) {
        summary = newer;
        var transitions = new ArrayList<Transition>();
        for (var task : changed) {
            var known = task.index() < tasks.size() ? tasks.get(task.index()) : null;
            if (task.equals(known)) {
                continue;
            }
            if (known == null) {
                tasks.add(task);
            } else {
                tasks.set(task.index(), task);
            }
            transitions.add(new Transition(known, task));
        }
        return transitions;
    }

    /** Whether a first snapshot has come. */
    public boolean isKnown() {
        return summary != null;
    }

    /** @throws IllegalStateException before the first snapshot */
    public RunSummary summary() {
        if (summary == null) {
            throw new IllegalStateException("nothing is known of the run yet");
        }
        return summary;
    }

    public List<Task> tasks() {
        return tasks;
    }

    public Run run() {
        return new Run(summary(), tasks);
    }
}
