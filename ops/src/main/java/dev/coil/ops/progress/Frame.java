package dev.coil.ops.progress;

import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.Style.Colour;
import dev.coil.protocol.graph.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** The few lines that are painted again and again at the foot of a terminal. */
final class Frame {

    private static final int BAR = 20;
    private static final int MOST_RUNNING = 6;
    private static final int MOST_STRANDED = 3;

    private Frame() {}

    /** @param rows how many lines the terminal has */
    static List<String> lines(RunModel model, Instant now, int width, int rows, Style style) {
        if (!model.isKnown()) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        lines.add(head(model, now, style).render(width, style));
        var running = model.tasks().stream()
                .filter(Task::isRunning)
                .sorted(Comparator.comparing(Frame::since))
                .toList();
        var stranded = Stranded.sentences(model.tasks()).stream()
                .limit(Math.max(0, Math.min(MOST_STRANDED, rows - 3)))
                .toList();
        int room = Math.max(0, Math.min(MOST_RUNNING, rows - 3 - stranded.size()));
        int shown = running.size() <= room ? running.size() : Math.max(0, room - 1);
        for (var task : running.subList(0, shown)) {
            lines.add(running(task, now, style).render(width, style));
        }
        if (shown < running.size()) {
            lines.add(new StyledLine()
                    .add(Colour.DIM, "  and " + (running.size() - shown) + " more running")
                    .render(width, style));
        }
        for (var sentence : stranded) {
            lines.add(new StyledLine().add(Colour.YELLOW, "  ! " + sentence).render(width, style));
        }
        return lines;
    }

    private static StyledLine head(RunModel model, Instant now, Style style) {
        var run = model.summary();
        var counts = run.counts();
        var line = new StyledLine().add(Colour.BOLD, run.name()).add("  ");
        int done = counts.total() == 0 ? 0 : BAR * counts.finished() / counts.total();
        var allowed = allowed(model);
        boolean broken = counts.failure() + counts.error() + counts.timeout() > allowed.size();
        line.add(broken ? Colour.RED : Colour.GREEN, (style.unicode() ? "━" : "#").repeat(done))
                .add(Colour.DIM, (style.unicode() ? "─" : "-").repeat(BAR - done))
                .add("  " + counts.finished() + "/" + counts.total());
        if (run.createdAt() != null) {
            line.add(Colour.DIM, "  " + Durations.text(Duration.between(run.createdAt(), now)));
        }
        part(line, Colour.RED, counts.failure() - number(allowed, Outcome.FAILURE), "failed");
        part(line, Colour.MAGENTA, counts.error() - number(allowed, Outcome.ERROR), "errors");
        part(line, Colour.MAGENTA, counts.timeout() - number(allowed, Outcome.TIMEOUT), "timed out");
        part(line, Colour.YELLOW, allowed.size(), "allowed");
        part(line, Colour.YELLOW, counts.cancelled(), "cancelled");
        part(line, Colour.DIM, counts.skipped(), "skipped");
        part(line, Colour.BLUE, counts.running(), "running");
        part(line, Colour.NONE, counts.ready(), "ready");
        part(line, Colour.NONE, counts.waiting(), "waiting");
        return line;
    }

    /** How those ended that may fail and did. */
    private static List<Outcome> allowed(RunModel model) {
        var counts = model.summary().counts();
        return counts.failure() + counts.error() + counts.timeout() == 0
                ? List.of()
                : model.tasks().stream()
                        .filter(task -> task.allowFailure() && task.isBroken())
                        .map(Task::outcome)
                        .filter(Objects::nonNull)
                        .toList();
    }

    private static int number(List<Outcome> outcomes, Outcome which) {
        return Collections.frequency(outcomes, which);
    }

    private static void part(StyledLine line, Colour colour, int number, String what) {
        if (number > 0) {
            line.add("  ").add(colour, number + " " + what);
        }
    }

    private static StyledLine running(Task task, Instant now, Style style) {
        var line = new StyledLine().add(Colour.BLUE, "  " + style.arrow()).add(" " + task.name());
        var attempt = task.lastAttempt();
        if (attempt != null) {
            line.add(Colour.DIM, "  " + Durations.between(attempt.startedAt(), now));
            if (attempt.worker() != null) {
                line.add(Colour.DIM, "  " + attempt.worker());
            }
            if (attempt.number() > 1) {
                line.add(Colour.YELLOW, "  attempt " + attempt.number());
            }
        }
        return line;
    }

    private static Instant since(Task task) {
        Attempt attempt = task.lastAttempt();
        return attempt == null || attempt.startedAt() == null ? Instant.MAX : attempt.startedAt();
    }
}
