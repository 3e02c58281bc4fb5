package dev.coil.worker.http;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.blob.NodeAddress;
import dev.coil.worker.host.WorkerDirectory;
import dev.coil.worker.report.LogSink;
import dev.coil.worker.runner.Runner;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes tasks through a node: as many long polls as slots are free. */
public final class HttpClaims implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpClaims.class);

    /** Longer than killing and giving back take. */
    private static final long LAST_MILLIS = 12_000;

    private static final long FIRST_TRIES_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long TRY_MILLIS = 500;
    private static final String KILLED = "the worker was killed while the task ran";

    private final NodeApi api;
    private final HttpLogs logs;
    private final URI node;
    private final int slots;
    private final OwnerRules rules;
    private final List<Slot> running = new ArrayList<>();
    private final AtomicInteger working = new AtomicInteger();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile @Nullable SessionNote note;
    private volatile boolean taking = true;
    private volatile boolean isAway;
    private volatile @Nullable String drainReason;

    /** @param worker its incarnation does not count, as the node chooses one */
    public HttpClaims(URI node, WorkerInfo worker) {
        this.node = node;
        slots = worker.slots();
        rules = worker.rules() == null ? OwnerRules.NONE : worker.rules();
        api = new NodeApi(node, worker);
        logs = new HttpLogs(api);
    }

    /** Where what tasks print is to go. */
    public LogSink logs() {
        return logs;
    }

    /** Where the node is, and what it is shown. */
    public NodeAddress address() {
        return api.address();
    }

    /** Completes with the node's sentence when it lets the worker in no longer: its key was removed, or has expired. */
    public CompletableFuture<String> shutOut() {
        return api.shutOut();
    }

    /**
     * Announces the worker, and begins to take tasks.
     *
     * @param token with which it is let in, if it has no key yet
     * @throws IOException if the node does not want it, or does not answer for a minute
     */
    public void start(Runner runner, WorkerDirectory directory, @Nullable String token)
            throws IOException, InterruptedException {
        var key = new WorkerKey(directory.path());
        long end = System.nanoTime() + FIRST_TRIES_NANOS;
        while (true) {
            try {
                enter(key, token);
                api.announce();
                break;
            } catch (IOException e) {
                boolean isFinal = e instanceof NodeApi.Refusal || e instanceof NodeApi.ShutOut;
                if (isFinal || System.nanoTime() > end) {
                    throw new IOException("cannot work for " + node + ": " + reason(e), e);
                }
                Thread.sleep(TRY_MILLIS);
            }
        }
        var own = new SessionNote(directory.path());
        endFormer(own);
        own.begin(api.session());
        note = own;
        working.set(slots);
        for (int i = 0; i < slots; i++) {
            running.add(new Slot(api, logs, runner, directory, own, this, rules, i));
        }
        running.forEach(Slot::start);
    }

    /** With the key that there is; with a token, it is made good first, which does no harm if it is so already. */
    private void enter(WorkerKey file, @Nullable String token) throws IOException, InterruptedException {
        var known = file.read();
        if (token != null) {
            var key = known.isPresent() ? known.get() : file.make();
            try {
                api.enrol(token, key);
            } catch (NodeApi.Refusal e) {
                if (known.isEmpty()) {
                    file.remove();
                    throw e;
                }
                log.info("the token is of no use ({}); the key that there is may be", e.getMessage());
            }
            api.show(key);
        } else {
            known.ifPresent(api::show);
        }
    }

    /** A process that died without a word had tasks, of which nothing runs any more: that is sooner told than noticed. */
    private void endFormer(SessionNote note) throws InterruptedException {
        try {
            var former = note.former();
            if (former.isPresent()) {
                long now = System.currentTimeMillis();
                api.endFormer(
                        former.get(),
                        new AttemptResult(Outcome.ERROR, null, null, KILLED, now, now, 0, List.of(), null, null));
            }
        } catch (IOException e) {
            log.warn("the node was not told of what a former process of this worker had: {}", reason(e));
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? "nobody answers there" : e.getMessage();
    }

    /** Takes nothing more. The future completes when the last task has ended and its result is with the node. */
    public CompletableFuture<Void> drain() {
        taking = false;
        running.forEach(Slot::drain);
        return done;
    }

    boolean isTaking() {
        return taking;
    }

    /** A slot has taken its last task. */
    void ended() {
        if (working.decrementAndGet() == 0) {
            done.complete(null);
        }
    }

    /** The node does not answer: said once, until it is back. */
    void away(IOException e) {
        if (!isAway) {
            isAway = true;
            log.warn("{} does not answer ({}); what runs goes on, and this is tried again", api.address(), reason(e));
        }
    }

    void back() {
        if (isAway) {
            isAway = false;
            log.info("{} answers again", api.address());
        }
    }

    /** What the node had to say when it was told of the worker. */
    public List<String> notices() {
        return api.notices();
    }

    /** Lets the node know whether the machine is fit for tasks. It is told again when it asks. */
    public void unfit(@Nullable String trouble) {
        try {
            api.unfit(trouble);
        } catch (IOException e) {
            away(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How far the node's clock is ahead of this machine's, in milliseconds: asks it. Empty if it does not answer. */
    public OptionalLong clockAhead() {
        try {
            api.announce();
            return api.clockAhead();
        } catch (IOException e) {
            away(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OptionalLong.empty();
    }

    /** What an operator wants: said when it changes. */
    void drained(@Nullable String reason) {
        if (reason == null ? drainReason != null : !reason.equals(drainReason)) {
            drainReason = reason;
            log.info(reason == null ? "resumed: takes tasks again" : "takes nothing new: {}", reason);
        }
    }

    /** Gives back all that the worker has, none of which runs any more, and leaves. */
    public void depart() throws IOException, InterruptedException {
        taking = false;
        leave();
    }

    private void leave() throws IOException, InterruptedException {
        api.leave();
        var known = note;
        if (known != null) {
            known.remove();
        }
    }

    @Override
    public void close() {
        taking = false;
        running.forEach(Slot::close);
        try {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_MILLIS);
            for (var slot : running) {
                slot.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
            leave();
        } catch (IOException e) {
            log.debug("the node was not told that this worker left: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        logs.close();
        done.completeExceptionally(new TimeoutException("the worker was closed"));
    }
}
