package dev.coil.ops.cli;

import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.protocol.graph.DidYouMean;
import java.util.List;
import java.util.regex.Pattern;

/** Finds the task that a user names. */
final class TaskNames {

    private static final int SHOWN = 5;

    private TaskNames() {}

    /**
     * The task of that name; or else the only one whose name begins with it, or that it fits as a glob.
     *
     * @throws CommandFailed with what might have been meant
     */
    static Task find(Run run, String name) {
        var exact = run.tasks().stream().filter(t -> t.name().equals(name)).findFirst();
        if (exact.isPresent()) {
            return exact.get();
        }
        var glob = glob(name);
        var near = run.tasks().stream()
                .filter(t -> t.name().startsWith(name) || glob.matcher(t.name()).matches())
                .toList();
        if (near.size() == 1) {
            return near.get(0);
        }
        throw CommandFailed.usage(
                near.isEmpty()
                        ? run.summary().name() + " has no task '" + name + "'" + suggestion(run, name)
                        : "'" + name + "' could be any of " + near.size() + " tasks of "
                                + run.summary().name() + ": " + names(near));
    }

    /**
     * The task that somebody means who names none: the only one, or the only one that failed and may not.
     *
     * @throws CommandFailed with those that might be meant
     */
    static Task meant(Run run) {
        // What was never started has nothing to show.
        var failed =
                failed(run).stream().filter(task -> task.lastAttempt() != null).toList();
        var candidates = failed.isEmpty() ? run.tasks() : failed;
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        throw CommandFailed.usage("the task is missing: " + run.summary().name() + " has " + candidates.size()
                + (failed.isEmpty() ? " tasks: " : " that failed: ") + names(candidates));
    }

    /** The tasks that failed and may not; if there are none, those that failed and may. */
    static List<Task> failed(Run run) {
        var failed = run.tasks().stream().filter(Task::isBroken).toList();
        var counting = failed.stream().filter(task -> !task.allowFailure()).toList();
        return counting.isEmpty() ? failed : counting;
    }

    /**
     * The tasks that somebody wants to see.
     *
     * @param names names, or beginnings of them up to a slash, or globs
     * @throws CommandFailed if one of them is of no task
     */
    static List<Task> select(Run run, List<String> names) {
        var globs = names.stream()
                .map(name -> glob(isBeginning(run, name) ? name + "/*" : name))
                .toList();
        for (int i = 0; i < names.size(); i++) {
            var glob = globs.get(i);
            if (run.tasks().stream().noneMatch(task -> glob.matcher(task.name()).matches())) {
                throw CommandFailed.usage(
                        run.summary().name() + " has no task '" + names.get(i) + "'" + suggestion(run, names.get(i)));
            }
        }
        return run.tasks().stream()
                .filter(task -> globs.stream()
                        .anyMatch(glob -> glob.matcher(task.name()).matches()))
                .toList();
    }

    /** Whether it is the name of no task but of a matrix, or of a part of one. */
    private static boolean isBeginning(Run run, String name) {
        return run.tasks().stream().noneMatch(task -> task.name().equals(name))
                && run.tasks().stream().anyMatch(task -> task.name().startsWith(name + "/"));
    }

    private static Pattern glob(String name) {
        var regex = new StringBuilder();
        for (var c : name.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString());
    }

    private static String suggestion(Run run, String name) {
        var hint = DidYouMean.hint(name, run.tasks().stream().map(Task::name).toList());
        return hint != null ? "; " + hint : run.tasks().isEmpty() ? "" : "; it has " + names(run.tasks());
    }

    private static String names(List<Task> tasks) {
        var shown = tasks.stream().limit(SHOWN).map(Task::name).toList();
        return String.join(", ", shown) + (tasks.size() > SHOWN ? ", ..." : "");
    }
}
