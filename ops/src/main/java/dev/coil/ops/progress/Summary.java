package dev.coil.ops.progress;

import dev.coil.ops.client.Run;
import dev.coil.ops.progress.Style.Colour;
import dev.coil.protocol.graph.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** What is said of a run at its end: first what went wrong, a line each; the result last, where eyes are. */
public final class Summary {

    private static final int MOST_REASONS = 5;

    private Summary() {}

    /**
     * The summary's lines.
     *
     * @param report what is known of the tasks that failed
     * @param unmatched what {@link Unmatched} says
     * @param width how many columns there are
     */
    public static List<String> lines(
            Run run, Verdict verdict, FailureReport report, List<String> unmatched, int width, Style style) {
        var lines = new ArrayList<>(report.summary(run, width, style));
        unmatched.forEach(sentence -> lines.add(style.paint(Colour.YELLOW, sentence)));
        if (verdict == Verdict.PASSED) {
            lines.addAll(notRun(run, style));
        }
        lines.add(result(run, verdict, style));
        return lines;
    }

    /** What a run that passed has left undone, as what it needed was allowed to fail: nobody looks for that below a green result. */
    private static List<String> notRun(Run run, Style style) {
        var reasons = new LinkedHashMap<String, List<String>>();
        for (var task : run.tasks()) {
            if (task.isSkippedForItsNeeds()) {
                reasons.computeIfAbsent(String.valueOf(task.reason()), reason -> new ArrayList<>())
                        .add(task.name());
            }
        }
        var lines = new ArrayList<String>();
        reasons.forEach((reason, names) -> {
            if (lines.size() < MOST_REASONS) {
                var others = names.size() == 1 ? "" : " and " + (names.size() - 1) + " more";
                lines.add(style.paint(Colour.YELLOW, "not run: " + names.get(0) + others + ", as " + reason));
            }
        });
        return lines;
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
        long again = run.tasks().stream()
                .filter(task ->
                        task.outcome() == Outcome.SUCCESS && task.attempts().size() > 1)
                .count();
        if (again > 0) {
            parts.add(again + " not at the first attempt");
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
