package dev.coil.ops.progress;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.RunEvent;
import dev.coil.ops.client.RunSummary;
import dev.coil.ops.client.Task;
import dev.coil.protocol.graph.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs for tests. They were created at {@link #START}. */
public final class Runs {

    public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private Runs() {}

    /** A task in the making: waiting, until something else is said of it. */
    public record Draft(
            String name,
            String state,
            @Nullable Outcome outcome,
            @Nullable String reason,
            @Nullable String kind,
            String requirement,
            boolean allowFailure,
            List<Attempt> attempts,
            Map<String, String> matrix,
            List<String> needs,
            long logBytes) {

        public Draft outcome(Outcome ended) {
            return new Draft(
                    name,
                    "finished",
                    ended,
                    reason,
                    kind,
                    requirement,
                    allowFailure,
                    attempts,
                    matrix,
                    needs,
                    logBytes);
        }

        public Draft reason(String why) {
            return new Draft(
                    name, state, outcome, why, kind, requirement, allowFailure, attempts, matrix, needs, logBytes);
        }

        public Draft kind(String why) {
            return new Draft(
                    name, state, outcome, reason, why, requirement, allowFailure, attempts, matrix, needs, logBytes);
        }

        public Draft requirement(String canonical) {
            return new Draft(
                    name, state, outcome, reason, kind, canonical, allowFailure, attempts, matrix, needs, logBytes);
        }

        public Draft allowed() {
            return new Draft(name, state, outcome, reason, kind, requirement, true, attempts, matrix, needs, logBytes);
        }

        /** It runs since some seconds after the start. */
        public Draft runningSince(int second, String worker) {
            return attempt("running", worker, second, null, null);
        }

        /** Ready, for a worker that is not there. */
        public Draft stranded(String why) {
            return new Draft(
                    name,
                    "ready",
                    outcome,
                    why,
                    "NO_WORKER",
                    requirement,
                    allowFailure,
                    attempts,
                    matrix,
                    needs,
                    logBytes);
        }

        /** Its attempts from now on have so long a log. */
        public Draft printed(long bytes) {
            return new Draft(
                    name, state, outcome, reason, kind, requirement, allowFailure, attempts, matrix, needs, bytes);
        }

        public Draft needs(String... names) {
            return new Draft(
                    name,
                    state,
                    outcome,
                    reason,
                    kind,
                    requirement,
                    allowFailure,
                    attempts,
                    matrix,
                    List.of(names),
                    logBytes);
        }

        /** One of a matrix with this one axis, which its name ends with. */
        public Draft matrix(String axis, String value) {
            return new Draft(
                    name,
                    state,
                    outcome,
                    reason,
                    kind,
                    requirement,
                    allowFailure,
                    attempts,
                    Map.of(axis, value),
                    needs,
                    logBytes);
        }

        /** An attempt of it has ended. */
        public Draft attempt(String worker, int from, int to, @Nullable Integer exitCode) {
            return attempt(state, worker, from, to, exitCode);
        }

        private Draft attempt(String nowIn, String worker, int from, @Nullable Integer to, @Nullable Integer exitCode) {
            var all = new ArrayList<>(attempts);
            all.add(new Attempt(
                    all.size() + 1,
                    worker,
                    START.plusSeconds(from),
                    to == null ? null : START.plusSeconds(to),
                    exitCode,
                    null,
                    null,
                    logBytes,
                    List.of()));
            return new Draft(
                    name, nowIn, outcome, reason, kind, requirement, allowFailure, all, matrix, needs, logBytes);
        }

        Task at(int index) {
            return new Task(
                    index,
                    name,
                    matrix.isEmpty() ? name : name.substring(0, name.lastIndexOf('/')),
                    null,
                    matrix,
                    state,
                    outcome,
                    reason,
                    kind,
                    null,
                    needs,
                    requirement,
                    allowFailure,
                    attempts);
        }
    }

    public static Draft task(String name) {
        return new Draft(name, "waiting", null, null, null, "any", false, List.of(), Map.of(), List.of(), 0);
    }

    /** A run that has finished, after a minute and a half. */
    public static Run run(Draft... drafts) {
        return of("finished", null, false, drafts);
    }

    public static Run cancelled(Draft... drafts) {
        return of("finished", null, true, drafts);
    }

    public static Run running(Draft... drafts) {
        return of("running", null, false, drafts);
    }

    private static final String WAITS = "waits for a place in the concurrency group 'deploy', which hello#2 has";

    /** One that waits for its turn in a concurrency group. */
    public static Run queued(Draft... drafts) {
        return of("running", WAITS, false, drafts);
    }

    public static RunEvent.Snapshot snapshot(Run run) {
        return new RunEvent.Snapshot(run, "{}");
    }

    /** What the stream tells when a run is not as it was, with all its tasks. */
    public static RunEvent.Change change(Run run) {
        return new RunEvent.Change(run.summary(), run.tasks(), JsonNodeFactory.instance.objectNode());
    }

    private static Run of(String state, @Nullable String reason, boolean cancelled, Draft... drafts) {
        var tasks = new ArrayList<Task>();
        for (var draft : drafts) {
            tasks.add(draft.at(tasks.size()));
        }
        var summary = new RunSummary(
                "hello",
                3,
                "0123456789abcdef",
                "5f3c2a1b",
                "refs/heads/main",
                "manual",
                "",
                "Add tests",
                "ada",
                state,
                reason,
                null,
                cancelled,
                START,
                state.equals("finished") ? START.plusSeconds(90) : null,
                counts(drafts),
                List.of());
        return new Run(summary, tasks);
    }

    private static RunSummary.Counts counts(Draft... drafts) {
        return new RunSummary.Counts(
                in("waiting", drafts),
                in("ready", drafts),
                in("running", drafts),
                in("finished", drafts),
                with(Outcome.SUCCESS, drafts),
                with(Outcome.FAILURE, drafts),
                with(Outcome.ERROR, drafts),
                with(Outcome.TIMEOUT, drafts),
                with(Outcome.CANCELLED, drafts),
                with(Outcome.SKIPPED, drafts),
                drafts.length);
    }

    private static int in(String state, Draft... drafts) {
        return (int) Arrays.stream(drafts).filter(d -> d.state().equals(state)).count();
    }

    private static int with(Outcome outcome, Draft... drafts) {
        return (int) Arrays.stream(drafts).filter(d -> d.outcome() == outcome).count();
    }
}
