package dev.coil.ops.progress;

import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.Failure.Likeness;
import dev.coil.ops.progress.RunModel.Transition;
import dev.coil.ops.progress.Style.Colour;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of a run's failures: when they happen, with their logs; and at the end, a line each. Equal failures of a
 * matrix are told once. What it says is kept from {@link #learn} on; not for several threads.
 */
public final class FailureReport {

    /** More logs than these nobody reads while the run goes on. */
    private static final int MOST_LOGS = 5;

    /** So many logs are asked for; a run of which more fails has one reason, or is listed in part. */
    private static final int MOST_READ = 200;

    private static final int MOST_LISTED = 20;

    private final Function<Task, Failure> reader;
    private final Map<Integer, Failure> known = new HashMap<>();
    private final Map<Integer, String> like = new HashMap<>();
    private final Map<Likeness, Failure> firsts = new HashMap<>();
    private final Map<Integer, Failure> withLog = new HashMap<>();
    private int logs;
    private int readings;

    /** @param reader asks for the log of a task; may take a while */
    public FailureReport(Function<Task, Failure> reader) {
        this.reader = reader;
    }

    /** Finds out about the tasks that have just failed for good; of those that may, only the line that says why is told. */
    public void learn(List<Transition> transitions) {
        transitions.stream()
                .filter(Transition::justFinished)
                .map(Transition::after)
                .filter(Task::isBroken)
                .forEach(this::learn);
    }

    private void learn(Task task) {
        var failure = readings++ < MOST_READ ? reader.apply(task) : Failure.withoutLog(task);
        known.put(task.index(), failure);
        like.remove(task.index());
        withLog.remove(task.index());
        if (task.allowFailure()) {
            return;
        }
        var likeness = readings > MOST_READ ? null : failure.likeness();
        var first = likeness == null ? null : firsts.putIfAbsent(likeness, failure);
        if (first != null && first.task().index() != task.index()) {
            like.put(task.index(), first.task().name());
        } else if (logs < MOST_LOGS) {
            logs++;
            withLog.put(task.index(), failure);
        }
    }

    /** What is said of a task that has just ended: its line, and if it is one of the first to fail, its log. */
    List<String> lines(Task task, Style style) {
        var lines = new ArrayList<String>();
        var same = like.get(task.index());
        lines.add(TaskLine.of(task, style) + (same == null ? "" : style.paint(Colour.DIM, "  like " + same)));
        lines.addAll(log(task, style));
        return lines;
    }

    /** The log of one of the first tasks to fail; of others, nothing. */
    List<String> log(Task task, Style style) {
        var failure = withLog.get(task.index());
        return failure == null ? List.of() : failure.log(style);
    }

    /**
     * A line for each task that went wrong, those that count before those that are allowed to fail; equal ones together.
     *
     * @param width how many columns there are
     */
    List<String> summary(Run run, int width, Style style) {
        readUnread(run);
        var groups = new LinkedHashMap<Object, List<Task>>();
        for (var task : brokenFirst(run)) {
            var failure = task.allowFailure() ? null : known.get(task.index());
            var likeness = failure == null ? null : failure.likeness();
            boolean isGrouped = likeness != null && firsts.containsKey(likeness);
            groups.computeIfAbsent(isGrouped ? likeness : task.index(), key -> new ArrayList<>())
                    .add(task);
        }
        var lines = new ArrayList<String>();
        int unlisted = 0;
        int listed = 0;
        for (var group : groups.values()) {
            if (listed++ >= MOST_LISTED) {
                unlisted += group.size();
                continue;
            }
            lines.add(line(group.get(0), width, style));
            if (group.size() > 1) {
                lines.add(others(group.subList(1, group.size()), width, style));
            }
        }
        if (unlisted > 0) {
            lines.add("and " + unlisted + " more that did not pass");
        }
        return lines;
    }

    /** Those that had failed before anybody looked, as before a retry of others. */
    private void readUnread(Run run) {
        for (var task : brokenFirst(run)) {
            if (!known.containsKey(task.index()) && readings < MOST_READ) {
                readings++;
                known.put(task.index(), reader.apply(task));
            }
        }
    }

    private String line(Task task, int width, Style style) {
        var line = TaskLine.outcome(task, style);
        var error = firstError(task);
        if (error != null) {
            line.add("  " + error);
        }
        return line.render(width, style);
    }

    private @Nullable String firstError(Task task) {
        var failure = known.get(task.index());
        return failure == null ? null : failure.firstError();
    }

    private static String others(List<Task> others, int width, Style style) {
        var names = String.join(", ", others.stream().map(Task::name).toList());
        return new StyledLine()
                .add(Colour.DIM, "    and " + others.size() + " like it: ")
                .add(names)
                .render(width, style);
    }

    /** The tasks that went wrong: those that count before those that are allowed to fail. */
    public static List<Task> brokenFirst(Run run) {
        var broken = new ArrayList<Task>();
        run.tasks().stream().filter(t -> t.isBroken() && !t.allowFailure()).forEach(broken::add);
        run.tasks().stream().filter(t -> t.isBroken() && t.allowFailure()).forEach(broken::add);
        return broken;
    }
}
