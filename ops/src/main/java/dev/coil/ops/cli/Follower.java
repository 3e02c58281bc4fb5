package dev.coil.ops.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.ops.client.Json;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.NodeUnreachable;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.RunEvent;
import dev.coil.ops.client.RunSummary;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.FailureReport;
import dev.coil.ops.progress.LiveDisplay;
import dev.coil.ops.progress.PlainLines;
import dev.coil.ops.progress.Progress;
import dev.coil.ops.progress.RunModel;
import dev.coil.ops.progress.Silence;
import dev.coil.ops.progress.Summary;
import dev.coil.ops.progress.Unmatched;
import dev.coil.ops.progress.Verdict;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shows a run until it has finished, then says what came of it. */
final class Follower {

    private static final long RETRY_MILLIS = 500;

    /** About a minute's; counted, as a machine that slept has not tried. */
    private static final int MOST_FAILURES = 120;

    private static final long TICK_MILLIS = 100;

    /** The HTTP status of what cannot be answered now. */
    private static final int UNAVAILABLE = 503;

    private final World world;
    private final NodeClient node;
    private final Output output;
    private final Progress progress;
    private final RunSummary run;
    private final FailureReport report;
    private final boolean strict;
    private boolean saidUnmatched;

    /** What goes to standard output. */
    enum Output {
        /** The summary. */
        TEXT,
        /** The finished run as one document; the summary goes to standard error. */
        JSON,
        /** Events as they come; the summary goes to standard error. */
        JSON_LINES;

        static Output of(boolean json, boolean jsonLines) {
            if (json && jsonLines) {
                throw CommandFailed.usage("--json and --json-lines exclude each other");
            }
            return json ? JSON : jsonLines ? JSON_LINES : TEXT;
        }
    }

    /** @param strict whether tasks that no worker could take are an error */
    Follower(World world, NodeClient node, RunSummary run, Output output, boolean strict) {
        this.world = world;
        this.node = node;
        this.run = run;
        this.output = output;
        this.strict = strict;
        progress = progress(world, output);
        report = new FailureReport(new FailureReader(node, run)::read);
    }

    private static Progress progress(World world, Output output) {
        if (output == Output.JSON_LINES) {
            return new Silence(world.err());
        }
        return world.paints()
                ? new LiveDisplay(world.err(), new TerminalSize(world), world.style(), InstantSource.system())
                : new PlainLines(world.err(), InstantSource.system());
    }

    /** A line in between. */
    void note(String message) {
        progress.note("coil: " + message);
    }

    /** Gives the terminal back, for those who leave before the end. */
    void stop() {
        progress.close();
    }

    /** Waits for the run's end, and tells all that comes of it. */
    Run follow() {
        return follow(new RunModel());
    }

    /**
     * Waits for the run's end. A connection that breaks is made again.
     *
     * @param model what the user knows already
     * @return the run as it is then
     * @throws NodeUnreachable if the node stays away
     */
    Run follow(RunModel model) {
        var ticker = ticker();
        try {
            int failures = 0;
            while (true) {
                try {
                    if (followOnce(model, failures > 0)) {
                        return node.run(run.name());
                    }
                    failures = 0;
                } catch (NodeUnreachable e) {
                    failures = again(failures, e);
                } catch (RequestRefused e) {
                    // A node that is starting answers already.
                    if (e.status() != UNAVAILABLE) {
                        throw e;
                    }
                    failures = again(failures, e);
                }
                pause();
            }
        } finally {
            ticker.shutdownNow();
            progress.close();
        }
    }

    private int again(int failures, RuntimeException failure) {
        if (failures == 0) {
            note(failure.getMessage() + "; trying again");
        } else if (failures > MOST_FAILURES) {
            throw failure;
        }
        return failures + 1;
    }

    /** @return whether the run has finished; otherwise the stream ended before it did */
    private boolean followOnce(RunModel model, boolean wasAway) {
        try (var stream = node.follow(run)) {
            if (wasAway) {
                note("the node answers again");
            }
            for (var event = stream.next(); event != null; event = stream.next()) {
                if (output == Output.JSON_LINES) {
                    printEvent(event);
                }
                var transitions = model.apply(event);
                // It takes a moment, in which the display goes on.
                report.learn(transitions);
                progress.update(model, transitions, report);
                sayUnmatched(model);
                if (event instanceof RunEvent.End) {
                    return true;
                }
                if (model.isKnown() && model.summary().isFinished()) {
                    if (output == Output.JSON_LINES) {
                        printEvent(new RunEvent.End(Json.MAPPER.createObjectNode()));
                    }
                    return true;
                }
            }
            return false;
        }
    }

    private void sayUnmatched(RunModel model) {
        if (!saidUnmatched && model.summary().counts().skipped() > 0) {
            var sentences = unmatched(model.run());
            saidUnmatched = !sentences.isEmpty();
            sentences.forEach(sentence -> note("warning: " + sentence));
            if (saidUnmatched) {
                boolean label = sentences.stream().anyMatch(sentence -> sentence.contains(" label "));
                note((strict
                                ? "--strict makes that an error, whatever comes of the others"
                                : "the run can pass all the same; --strict makes that an error")
                        + (label ? ", --label NAME gives the worker of 'coil run' a label" : ""));
            }
        }
    }

    private List<String> unmatched(Run run) {
        if (run.tasks().stream().noneMatch(Task::isUnmatched)) {
            return List.of();
        }
        var workers = NodeClient.workers(node.workersJson());
        return Unmatched.sentences(
                run.tasks(), workers.stream().map(worker -> worker.attributes()).toList());
    }

    private void printEvent(RunEvent event) {
        var line = Json.MAPPER.createObjectNode();
        if (event instanceof RunEvent.Snapshot snapshot) {
            line.put("event", "snapshot").set("run", snapshot.json());
        } else if (event instanceof RunEvent.Change change) {
            line.put("event", "change").setAll((ObjectNode) change.json());
        } else {
            line.put("event", "end");
        }
        world.out().println(Json.line(line));
        world.out().flush();
    }

    /**
     * Says what came of a run.
     *
     * @param finished the run as it is at its end
     * @param hint how to see the whole logs of the tasks that failed; asked for if there are such
     * @return the exit code
     */
    int conclude(Run finished, Function<List<Task>, @Nullable String> hint) {
        var verdict = Verdict.of(finished, strict);
        var summary = output == Output.TEXT ? world.out() : world.err();
        Summary.lines(finished, verdict, report, unmatched(finished), TerminalSize.columns(world), world.style())
                .forEach(summary::println);
        summary.flush();
        // What was never started has no log.
        var broken = FailureReport.brokenFirst(finished).stream()
                .filter(task -> task.lastAttempt() != null)
                .toList();
        var told = broken.isEmpty() ? null : hint.apply(broken);
        if (told != null) {
            world.err().println("coil: " + told);
        }
        if (output == Output.JSON) {
            Verb.printJson(world.out(), node.runDocument(run.name()));
        }
        // A private node takes a moment to stop; its user need not wait for that.
        world.out().flush();
        return ExitCodes.of(verdict);
    }

    private ScheduledExecutorService ticker() {
        var ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        ticker.scheduleWithFixedDelay(progress::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return ticker;
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailed.error("interrupted while waiting for the run");
        }
    }
}
