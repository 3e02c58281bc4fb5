package dev.coil.worker.runner;

import dev.coil.protocol.graph.Action.ExitMeaning;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.Generated;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.execute.Allowance;
import dev.coil.worker.execute.Execute;
import dev.coil.worker.execute.ScriptEnd;
import dev.coil.worker.execute.TaskEnvironment;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.fetch.Workspace;
import dev.coil.worker.report.AttemptLog;
import dev.coil.worker.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt on its way through the stages: fetch, execute, report. */
final class Attempt implements Execution, Runnable {

    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    private static final Duration NO_LIMIT = Duration.ofDays(3650);

    private final ProcessRunner runner;
    private final ReadyTask task;
    private final ClaimId claim;
    private final AttemptLog attemptLog;
    private final Consumer<AttemptResult> ended;
    private final long startedAt = System.currentTimeMillis();
    private final long startedNanos = System.nanoTime();

    private @Nullable Thread thread;
    private @Nullable String stopReason;

    Attempt(ProcessRunner runner, ReadyTask task, ClaimId claim, AttemptLog attemptLog, Consumer<AttemptResult> ended) {
        this.runner = runner;
        this.task = task;
        this.claim = claim;
        this.attemptLog = attemptLog;
        this.ended = ended;
    }

    /** How an attempt came out, before its log is closed. */
    private record Ending(
            Outcome outcome,
            @Nullable Integer exitCode,
            @Nullable String label,
            @Nullable String reason,
            List<StoredArtifact> artifacts,
            @Nullable String tree,
            @Nullable Generated generated) {

        static Ending because(Outcome outcome, @Nullable String reason) {
            return new Ending(outcome, null, null, reason, List.of(), null, null);
        }
    }

    @Override
    public void run() {
        var ending = stagesUnlessStopped();
        var result = new AttemptResult(
                ending.outcome(),
                ending.exitCode(),
                ending.label(),
                ending.reason(),
                startedAt,
                System.currentTimeMillis(),
                flushLog(),
                ending.artifacts(),
                ending.tree(),
                ending.generated());
        runner.journal().add(task, result);
        if (result.outcome() == Outcome.ERROR) {
            runner.fitness().suspect();
        }
        ended.accept(result);
    }

    private Ending stagesUnlessStopped() {
        synchronized (this) {
            if (stopReason != null) {
                return Ending.because(Outcome.CANCELLED, stopReason);
            }
            thread = Thread.currentThread();
        }
        try {
            return stages();
        } catch (InterruptedException stopped) {
            return Ending.because(Outcome.CANCELLED, stopReason());
        } finally {
            synchronized (this) {
                thread = null;
                Thread.interrupted();
            }
        }
    }

    private Ending stages() throws InterruptedException {
        if (isGate()) {
            return Ending.because(Outcome.SUCCESS, null);
        }
        var lineage = runner.lineages().of(task);
        try (var slot = runner.slots().take(lineage, this::sayThatItWaits)) {
            var workspace = runner.fetch().prepare(task, slot.workspace(), attemptLog::say);
            runner.caches().restore(task, workspace, allowance().disk(), attemptLog::say);
            var user = runner.user();
            if (user != null) {
                user.give(workspace.root());
            }
            var ending = execute(slot, workspace);
            runner.lineages().remember(ending.tree(), lineage);
            return ending;
        } catch (TaskFault e) {
            return failed(Outcome.FAILURE, e);
        } catch (InfraTrouble e) {
            return failed(Outcome.ERROR, e);
        } catch (IOException e) {
            return failed(Outcome.ERROR, new IOException("this worker cannot make a workspace: " + e.getMessage(), e));
        } catch (RuntimeException e) {
            log.error("attempt {} of {} ended by a defect", task.attempt(), task.ref(), e);
            return failed(Outcome.ERROR, new IllegalStateException("a defect of the worker: " + e, e));
        }
    }

    private void sayThatItWaits() {
        attemptLog.say("coil: waits for another task that runs in the same tree on this worker");
    }

    /** Nothing to run and nothing to keep: the task only waits for others. */
    private boolean isGate() {
        var action = task.action();
        return action.script().isEmpty()
                && action.scriptBlob() == null
                && action.artifacts().isEmpty()
                && !action.keepTree()
                && action.generates() == null;
    }

    private Ending failed(Outcome outcome, Exception e) {
        attemptLog.say("coil: " + e.getMessage());
        return Ending.because(outcome, e.getMessage());
    }

    private Ending execute(Slots.Slot slot, Workspace workspace) throws InfraTrouble, TaskFault, InterruptedException {
        var script = new Execute.Script(
                runner.fetch().script(task),
                task.action().shell(),
                task.action().tty(),
                slot.script(),
                slot.process(),
                workspace.root(),
                workspace.directory().resolve(task.action().workingDirectory()),
                TaskEnvironment.of(
                        task,
                        claim,
                        runner.variables(),
                        runner.machine().name(),
                        runner.machine().attributes(),
                        runner.machine().slots(),
                        runner.nodeUrl()),
                timeLeft(),
                allowance());
        var end = runner.execute().run(script, claim, attemptLog);
        if (end instanceof ScriptEnd.Exited exited) {
            var meanings = task.action().exitCodes();
            var reason = Verdict.reason(exited.code(), meanings);
            return report(workspace, Verdict.of(exited.code(), meanings), exited.code(), reason);
        }
        if (end instanceof ScriptEnd.Ended ended) {
            var violation = ended.violation();
            var meaning = new ExitMeaning(Outcome.FAILURE, violation.label());
            return report(workspace, meaning, null, violation.reason());
        }
        return isTheOwnersTime()
                ? report(
                        workspace,
                        new ExitMeaning(Outcome.ERROR, AttemptResult.OWNER_LIMIT),
                        null,
                        "ran longer than this machine's owner lets tasks run: " + text(longest()))
                : report(
                        workspace,
                        new ExitMeaning(Outcome.TIMEOUT, null),
                        null,
                        "ran longer than its timeout of " + text(timeout()));
    }

    private static String text(Duration time) {
        return time.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    private Duration timeout() {
        return task.timeoutMillis() == 0 ? NO_LIMIT : Duration.ofMillis(task.timeoutMillis());
    }

    /** What the machine's owner allows. */
    private Duration longest() {
        return Objects.requireNonNullElse(runner.limits().longest(), NO_LIMIT);
    }

    private boolean isTheOwnersTime() {
        return longest().compareTo(timeout()) < 0;
    }

    private Allowance allowance() {
        var resources = task.action().resources();
        return new Allowance(
                resources.memory() == null ? runner.limits().memory() : resources.memory(),
                Objects.requireNonNullElse(resources.disk(), runner.limits().disk()));
    }

    /** The timeout covers the fetch as well, as the resolver's clock does, which runs from the claim. */
    private Duration timeLeft() {
        var most = isTheOwnersTime() ? longest() : timeout();
        return most.equals(NO_LIMIT) ? NO_LIMIT : most.minusNanos(System.nanoTime() - startedNanos);
    }

    private Ending report(Workspace workspace, ExitMeaning meaning, @Nullable Integer exitCode, @Nullable String reason)
            throws InfraTrouble, InterruptedException {
        boolean success = meaning.outcome() == Outcome.SUCCESS;
        try {
            var artifacts = runner.artifacts().keep(task.action(), success, workspace, attemptLog);
            var tree = success && task.action().keepTree() ? runner.artifacts().keepTree(workspace, attemptLog) : null;
            var generates = task.action().generates();
            var generated = success && generates != null
                    ? runner.handover().handIn(task, claim, generates, workspace, attemptLog)
                    : null;
            runner.caches().keep(task, success, workspace, attemptLog::say);
            return new Ending(meaning.outcome(), exitCode, meaning.label(), reason, artifacts, tree, generated);
        } catch (TaskFault e) {
            attemptLog.say("coil: " + e.getMessage());
            var outcome = success ? Outcome.FAILURE : meaning.outcome();
            return new Ending(outcome, exitCode, meaning.label(), e.getMessage(), List.of(), null, null);
        }
    }

    /** The result must not overtake the log: whoever sees it expects to find all of the other. */
    private long flushLog() {
        try {
            synchronized (this) {
                thread = stopReason == null ? Thread.currentThread() : null;
            }
            return attemptLog.close().get();
        } catch (InterruptedException stopped) {
            return attemptLog.close().getNow(0L);
        } catch (ExecutionException e) {
            throw new IllegalStateException("closing a log does not fail", e);
        } finally {
            synchronized (this) {
                thread = null;
                Thread.interrupted();
            }
        }
    }

    @Override
    public void granted() {
        attemptLog.open();
    }

    @Override
    public synchronized void stop(String reason) {
        if (stopReason == null) {
            stopReason = reason;
            attemptLog.discard();
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private synchronized String stopReason() {
        return stopReason == null ? "interrupted" : stopReason;
    }
}
