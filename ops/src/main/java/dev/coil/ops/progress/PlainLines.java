package dev.coil.ops.progress;

import dev.coil.ops.client.Task;
import dev.coil.ops.progress.RunModel.Transition;
import dev.coil.protocol.graph.Outcome;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A line for each task that ends, of a large run for each that went wrong, for logs and pipes; and a sign of life after long silence. */
public final class PlainLines implements Progress {

    private static final Duration QUIET = Duration.ofSeconds(30);
    private static final Duration LONGEST_QUIET = Duration.ofMinutes(5);
    private static final int NAMED = 3;

    /** Above this, only what went wrong gets a line of its own. */
    private static final int MANY_TASKS = 1_000;

    /** So many tasks that were skipped for one reason get a line of their own. */
    private static final int MOST_ALIKE = 5;

    private final Map<String, Integer> skipped = new HashMap<>();
    private final PrintStream out;
    private final InstantSource clock;
    private final Style style = Style.PLAIN;
    private final Set<String> strandedFor = new HashSet<>();
    private Instant lastLine;

    /** After so long without a line, there is a sign of life; longer each time that nothing runs and nothing has changed. */
    private Duration quiet = QUIET;

    private @Nullable RunModel model;
    private boolean toldQueued;
    private boolean toldRemedy;

    public PlainLines(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        lastLine = clock.instant();
    }

    @Override
    public synchronized void update(RunModel model, List<Transition> transitions, FailureReport report) {
        this.model = model;
        quiet = transitions.isEmpty() ? quiet : QUIET;
        for (var transition : inOrderOfTheirEnds(transitions)) {
            boolean worthALine = transition.after().isBroken() || model.tasks().size() <= MANY_TASKS;
            if (worthALine) {
                transition.triedAgain().forEach(attempt -> say(TaskLine.again(transition.after(), attempt, style)));
            }
            if (transition.justFinished()
                    && !transition.after().isUnmatched()
                    && worthALine
                    && isNew(transition.after())) {
                report.lines(transition.after(), style).forEach(this::say);
            }
        }
        sayStranded(transitions);
        if (!toldQueued && model.summary().reason() != null) {
            toldQueued = true;
            sayQueued(model);
        }
    }

    /** What was not run ended with what kept it from that, and comes last. */
    private static List<Transition> inOrderOfTheirEnds(List<Transition> transitions) {
        return transitions.stream()
                .sorted(Comparator.comparing(transition -> end(transition.after())))
                .toList();
    }

    private static Instant end(Task task) {
        var attempt = task.lastAttempt();
        return attempt == null || attempt.finishedAt() == null ? Instant.MAX : attempt.finishedAt();
    }

    /** Of tasks skipped for one reason, the first ones are told, and that there are more. */
    private boolean isNew(Task task) {
        if (task.outcome() != Outcome.SKIPPED) {
            return true;
        }
        var reason = String.valueOf(task.reason());
        int before = skipped.merge(reason, 1, Integer::sum) - 1;
        if (before == MOST_ALIKE) {
            say("skipped   more, for the same reason: " + reason);
        }
        return before < MOST_ALIKE;
    }

    /** That a run has not started, and what it waits for. */
    private void sayQueued(RunModel model) {
        var summary = model.summary();
        if (summary.reason() != null) {
            say(summary.name() + " " + summary.reason());
        }
    }

    /** Each reason once, however often a task comes to wait for it again. */
    private void sayStranded(List<Transition> transitions) {
        var stranded = transitions.stream()
                .map(Transition::after)
                .filter(task -> task.isStranded() && strandedFor.add(String.valueOf(task.reason())))
                .map(Task::reason)
                .toList();
        if (model != null && !stranded.isEmpty()) {
            Stranded.sentences(model.tasks().stream()
                            .filter(task -> stranded.contains(task.reason()))
                            .toList())
                    .forEach(this::say);
            if (!toldRemedy && model.tasks().stream().anyMatch(task -> task.isStranded() && !task.isPaused())) {
                toldRemedy = true;
                say("they wait until such a worker comes, or until their 'queue-timeout' in the graph if they have one;"
                        + " 'coil cancel RUN TASK' gives up on one at once");
            }
        }
    }

    @Override
    public synchronized void tick() {
        if (model == null || !model.isKnown() || clock.instant().isBefore(lastLine.plus(quiet))) {
            return;
        }
        var counts = model.summary().counts();
        var running =
                model.tasks().stream().filter(Task::isRunning).map(Task::name).toList();
        var names = String.join(", ", running.subList(0, Math.min(NAMED, running.size())));
        say(counts.finished() + " of " + counts.total() + " ended, " + running.size() + " running"
                + (running.isEmpty() ? "" : ": " + names + (running.size() > NAMED ? ", ..." : "")));
        if (running.isEmpty()) {
            quiet = quiet.multipliedBy(2).compareTo(LONGEST_QUIET) < 0 ? quiet.multipliedBy(2) : LONGEST_QUIET;
            sayQueued(model);
            Stranded.sentences(model.tasks()).forEach(this::say);
        }
    }

    @Override
    public synchronized void note(String line) {
        say(line);
    }

    private void say(String line) {
        out.println(line);
        lastLine = clock.instant();
    }

    @Override
    public void close() {}
}
