package dev.coil.worker.http;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.host.WorkerDirectory;
import dev.coil.worker.runner.Runner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slot of a worker, on one thread:
 *
 * <pre>
 *   long poll ──▶ a task ──▶ runner: fetch → execute → report ──▶ result
 *                    │  every few seconds: it goes on │
 *                    └──── 409: kill ◀────────────────┘
 * </pre>
 */
final class Slot {

    private static final Logger log = LoggerFactory.getLogger(Slot.class);

    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long LOOK_MILLIS = 1_000;
    private static final long FIRST_PAUSE = 500;
    private static final long LONGEST_PAUSE = 15_000;

    private final NodeApi api;
    private final HttpLogs logs;
    private final Runner runner;
    private final WorkerDirectory directory;
    private final SessionNote note;
    private final HttpClaims claims;
    private final OwnerRules rules;
    private final PollWait wait = new PollWait();
    private final Thread thread;

    private volatile boolean polling;
    private volatile boolean closing;

    Slot(
            NodeApi api,
            HttpLogs logs,
            Runner runner,
            WorkerDirectory directory,
            SessionNote note,
            HttpClaims claims,
            OwnerRules rules,
            int number) {
        this.api = api;
        this.logs = logs;
        this.runner = runner;
        this.directory = directory;
        this.note = note;
        this.claims = claims;
        this.rules = rules;
        thread = new Thread(this::run, "coil-http-slot-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes nothing more; what runs goes on. */
    void drain() {
        if (polling) {
            thread.interrupt();
        }
    }

    /** Kills what runs and gives it back. */
    void close() {
        closing = true;
        drain();
    }

    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    private void run() {
        long pause = FIRST_PAUSE;
        while (claims.isTaking()) {
            try {
                var task = runner.isFit() ? next() : null;
                if (task != null && !task.task().isAllowedBy(rules)) {
                    refuse(task);
                    pause = sleep(pause);
                    continue;
                }
                if (task != null) {
                    work(task);
                } else if (!runner.isFit()) {
                    Thread.sleep(LOOK_MILLIS);
                }
                pause = FIRST_PAUSE;
            } catch (IOException e) {
                claims.away(e);
                pause = sleep(pause);
            } catch (InterruptedException drained) {
                log.debug("told to look up");
            } catch (RuntimeException e) {
                log.error("a slot met a defect of the worker", e);
                pause = sleep(pause);
            }
        }
        claims.ended();
    }

    /** The node knows the rules and does not hand out such tasks; if it does all the same, they still hold. */
    private void refuse(NodeApi.Task task) throws IOException, InterruptedException {
        var ready = task.task();
        var source = ready.source();
        var reason = rules.refusal(ready.project(), source.ref(), source.event());
        log.warn("gives back {} {}: this worker {}", ready.ref(), ready.name(), reason);
        try {
            api.giveBack(task.claim(), "the worker " + reason);
        } catch (ClaimLost e) {
            log.info("{}: {}", ready.ref(), e.getMessage());
        }
    }

    private long sleep(long pause) {
        try {
            polling = true;
            Thread.sleep(pause);
        } catch (InterruptedException drained) {
            log.debug("told to look up");
        } finally {
            polling = false;
        }
        return Math.min(LONGEST_PAUSE, pause * 2);
    }

    private NodeApi.@Nullable Task next() throws IOException, InterruptedException {
        polling = true;
        long from = System.nanoTime();
        try {
            var task = api.claim(wait.get(), claims::drained);
            wait.answered();
            claims.back();
            return task;
        } catch (IOException e) {
            boolean reached = !(e instanceof ConnectException || e instanceof HttpTimeoutException);
            if (!reached || !wait.brokeOff(Duration.ofNanos(System.nanoTime() - from))) {
                throw e;
            }
            log.debug("a request for a task broke off: {}", e.getMessage());
            return null;
        } finally {
            polling = false;
            // A drain that came with the answer is seen by the loop.
            Thread.interrupted();
        }
    }

    private void work(NodeApi.Task task) throws InterruptedException {
        var lost = new AtomicReference<@Nullable String>();
        try {
            directory.noteIncarnation(task.id().incarnation());
            note.holds(task.claim());
        } catch (IOException e) {
            log.warn("cannot note what is to be cleaned up: {}", e.getMessage());
        }
        // What is first said of it is why; later it is said only that it has ended.
        logs.open(task, reason -> lost.compareAndSet(null, reason));
        try {
            // Until then the node cannot know whether the task has come, and a slow machine needs its time for what
            // follows.
            speak(task, lost);
            if (lost.get() != null) {
                log.info("lost {}: {}", task.task().ref(), lost.get());
                return;
            }
            var ended = new CompletableFuture<AttemptResult>();
            var execution = runner.start(task.task(), task.id(), true, ended::complete);
            boolean stopped = false;
            while (!ended.isDone()) {
                look(ended);
                if (logs.silence(task) >= HEARTBEAT_NANOS) {
                    speak(task, lost);
                }
                var reason = lost.get();
                if (!stopped && (reason != null || closing)) {
                    stopped = true;
                    execution.stop(reason == null ? "the worker was stopped" : reason);
                }
            }
            tell(task, ended.join(), stopped && lost.get() == null, lost.get());
        } finally {
            logs.close(task);
            forget(task);
        }
    }

    private void forget(NodeApi.Task task) {
        try {
            note.ended(task.claim());
        } catch (IOException e) {
            log.warn("cannot note that a task has ended: {}", e.getMessage());
        }
    }

    private static void look(CompletableFuture<AttemptResult> ended) throws InterruptedException {
        try {
            ended.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException goesOn) {
            log.trace("goes on");
        } catch (ExecutionException e) {
            throw new IllegalStateException("an attempt ends with a result", e);
        }
    }

    private void speak(NodeApi.Task task, AtomicReference<@Nullable String> lost) throws InterruptedException {
        if (lost.get() != null) {
            return;
        }
        try {
            api.heartbeat(task.claim());
            logs.spoke(task);
        } catch (ClaimLost e) {
            lost.compareAndSet(null, e.getMessage());
        } catch (IOException e) {
            claims.away(e);
        }
    }

    /** Until the node has heard it, or does not want to. */
    private void tell(NodeApi.Task task, AttemptResult result, boolean givenBack, @Nullable String lost)
            throws InterruptedException {
        if (lost != null) {
            log.info("lost {}: {}", task.task().ref(), lost);
            return;
        }
        long pause = FIRST_PAUSE;
        var said = result;
        while (true) {
            try {
                if (givenBack) {
                    api.giveBack(task.claim(), "the worker was stopped");
                } else {
                    api.result(task.claim(), said);
                }
                return;
            } catch (ClaimLost e) {
                log.info("{}: {}", task.task().ref(), e.getMessage());
                return;
            } catch (NodeApi.Refusal e) {
                log.warn(
                        "the node does not take the result of {}: {}",
                        task.task().ref(),
                        e.getMessage());
                if (givenBack || said.outcome() == Outcome.ERROR) {
                    return;
                }
                said = refused(result, e.getMessage());
            } catch (IOException e) {
                claims.away(e);
                if (closing) {
                    return;
                }
                Thread.sleep(pause);
                pause = Math.min(LONGEST_PAUSE, pause * 2);
            }
        }
    }

    private static AttemptResult refused(AttemptResult result, String reason) {
        var sentence = "the node did not take the result: " + reason;
        return new AttemptResult(
                Outcome.ERROR,
                result.exitCode(),
                null,
                sentence,
                result.startedAt(),
                result.finishedAt(),
                result.logBytes(),
                List.of(),
                null,
                null);
    }
}
