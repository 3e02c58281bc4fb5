package dev.coil.ops.progress;

import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.Style.Colour;
import dev.coil.protocol.graph.Outcome;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** One line on a task that ended: {@code ✗ lint  exit code 2  (0.3 s on build7)}. */
public final class TaskLine {

    private TaskLine() {}

    public static String of(Task task, Style style) {
        var line = outcome(task, style);
        var where = where(task);
        if (!where.isEmpty()) {
            line.add(Colour.DIM, "  (" + where + ")");
        }
        return line.render(Integer.MAX_VALUE, style);
    }

    /** An attempt after which the task is run again: {@code again lint  the worker was lost  (attempt 1, 0.3 s on build7)}. */
    static String again(Task task, Attempt attempt, Style style) {
        var why = attempt.reason() != null && !attempt.reason().isEmpty()
                ? attempt.reason()
                : attempt.exitCode() != null && attempt.exitCode() != 0
                        ? "exit code " + attempt.exitCode()
                        : attempt.outcome() == null ? "" : Style.word(attempt.outcome());
        var took = Durations.between(attempt.startedAt(), attempt.finishedAt());
        var where = (took + (attempt.worker() == null ? "" : " on " + attempt.worker())).strip();
        return new StyledLine()
                .add(Colour.YELLOW, style.again())
                .add(" " + task.name() + (why.isEmpty() ? "" : "  " + why))
                .add(Colour.DIM, "  (attempt " + attempt.number() + (where.isEmpty() ? "" : ", " + where) + ")")
                .render(Integer.MAX_VALUE, style);
    }

    /** What became of it, without when and where. */
    static StyledLine outcome(Task task, Style style) {
        var outcome = task.outcome() == null ? Outcome.SKIPPED : task.outcome();
        var colour = outcome == Outcome.SKIPPED ? Colour.DIM : Colour.NONE;
        var line = new StyledLine()
                .add(Style.colourOf(outcome), style.mark(outcome))
                .add(" ")
                .add(colour, task.name());
        var why = reason(task);
        if (why != null) {
            line.add("  ").add(colour, why);
        }
        if (task.allowFailure() && task.isBroken()) {
            line.add(Colour.DIM, "  (allowed to fail)");
        }
        return line;
    }

    /** Why it ended as it did; {@code null} if its outcome says it all. */
    public static @Nullable String reason(Task task) {
        var attempt = task.lastAttempt();
        var label = task.label() == null ? "" : " (" + task.label() + ")";
        if (task.reason() != null && !task.reason().isEmpty()) {
            return task.reason() + label;
        }
        if (attempt != null && attempt.exitCode() != null && attempt.exitCode() != 0) {
            return "exit code " + attempt.exitCode() + label;
        }
        return label.isEmpty() ? null : label.strip();
    }

    private static String where(Task task) {
        var attempt = task.lastAttempt();
        if (attempt == null) {
            return "";
        }
        var parts = new ArrayList<String>();
        var took = Durations.between(attempt.startedAt(), attempt.finishedAt());
        var worker = task.isBroken() && attempt.worker() != null ? "on " + attempt.worker() : "";
        if (!took.isEmpty() || !worker.isEmpty()) {
            parts.add((took + " " + worker).strip());
        }
        if (task.attempts().size() > 1) {
            parts.add("attempt " + attempt.number());
        }
        return String.join(", ", parts);
    }
}
