package dev.coil.ops.progress;

import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.Style.Colour;
import dev.coil.protocol.graph.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is said of a run at its end: first what went wrong, with the last lines of its logs; the result last, where eyes are. */
public final class Summary {

    private static final int MOST_WITHOUT_TAIL = 20;

    private Summary() {}

    /**
     * The summary's lines.
     *
     * @param tails the last lines of the logs of tasks, by index
     * @param unmatched what {@link Unmatched} says
     */
    public static List<String> lines(
            Run run, Verdict verdict, Map<Integer, List<String>> tails, List<String> unmatched, Style style) {
        var lines = new ArrayList<String>();
        var broken = brokenFirst(run);
        int withoutTail = 0;
        for (var task : broken) {
            var tail = tails.get(task.index());
            if (tail == null && ++withoutTail > MOST_WITHOUT_TAIL) {
                continue;
            }
            lines.add(TaskLine.of(task, style));
            if (tail != null) {
                tail.forEach(line -> lines.add("    " + line));
            }
        }
        if (withoutTail > MOST_WITHOUT_TAIL) {
            lines.add("and " + (withoutTail - MOST_WITHOUT_TAIL) + " more that did not pass");
        }
        unmatched.forEach(sentence -> lines.add(style.paint(Colour.YELLOW, sentence)));
        lines.add(result(run, verdict, style));
        return lines;
    }

    /** The tasks that went wrong: those that count before those that are allowed to fail. */
    public static List<Task> brokenFirst(Run run) {
        var broken = new ArrayList<Task>();
        run.tasks().stream().filter(t -> t.isBroken() && !t.allowFailure()).forEach(broken::add);
        run.tasks().stream().filter(t -> t.isBroken() && t.allowFailure()).forEach(broken::add);
        return broken;
    }

    private static String result(Run run, Verdict verdict, Style style) {
        var parts = new ArrayList<String>();
        for (var outcome : List.of(
                Outcome.FAILURE, Outcome.TIMEOUT, Outcome.ERROR, Outcome.CANCELLED, Outcome.SKIPPED, Outcome.SUCCESS)) {
            count(run, outcome, parts);
        }
        long open = run.tasks().stream().filter(task -> !task.isFinished()).count();
        if (open > 0) {
            parts.add(open + " not ended");
        }
        int total = run.tasks().size();
        if (run.tasks().stream().allMatch(task -> task.outcome() == Outcome.SUCCESS)) {
            parts.clear(); // the verdict has said it
        }
        var took = Durations.between(run.summary().createdAt(), run.summary().finishedAt());
        var colour = verdict == Verdict.PASSED ? Colour.GREEN : verdict == Verdict.RUNNING ? Colour.BLUE : Colour.RED;
        return run.summary().name() + ' ' + style.paint(colour, verdict.sentence()) + ": " + total
                + (total == 1 ? " task" : " tasks")
                + (parts.isEmpty() ? "" : ", " + String.join(", ", parts))
                + (took.isEmpty() ? "" : ", in " + took);
    }

    private static void count(Run run, Outcome outcome, List<String> parts) {
        long all = run.tasks().stream().filter(t -> t.outcome() == outcome).count();
        long allowed = run.tasks().stream()
                .filter(t -> t.outcome() == outcome && t.allowFailure() && t.isBroken())
                .count();
        if (all > 0) {
            parts.add(all + " " + Style.word(outcome) + (allowed == 0 ? "" : " (" + allowed + " allowed to)"));
        }
    }
}
