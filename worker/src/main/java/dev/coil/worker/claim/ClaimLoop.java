package dev.coil.worker.claim;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.log.SpaceFeed;
import dev.coil.protocol.space.Capacity;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.Ranks;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.SpaceView;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.runner.Runner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's main loop, on one thread:
 *
 * <pre>
 *   space ──▶ take ──▶ view ──▶ claim ──▶ command log
 *               │                 │ optimistic: start at once
 *               │ tombstone       ▼
 *               └──────────────▶ claims held ──▶ runner: fetch → execute → report
 *                  accepted: start, let the log out       │
 *                  refused:  kill                          ▼ ended
 *   control ──▶ inbox ◀─────────────────────────────── result ──▶ command log
 * </pre>
 *
 * All state belongs to the thread; others leave messages in the inbox and wake it. Every claim and every result is sent again until it
 * has been answered, so whatever is lost on the way is ambiguous only for a while.
 */
public final class ClaimLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClaimLoop.class);

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(12);
    private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long IDLE_MILLIS = 500;
    private static final long SETTLING_MILLIS = 20;

    /**
     * A worker that runs something leaves a task to idle ones for so long, and for more by how busy it is. Longer than it takes those to
     * come to their turn in a small fleet, and little beside the least that a task takes.
     */
    private static final long BUSY_MILLIS = 10;

    private static final long LOAD_MILLIS = 20;

    /** So much longer, if it would have to fetch first what others may have. */
    private static final long COLD_MILLIS = 10;

    private final Supplier<SpaceFeed> feeds;
    private final Outbox outbox;
    private final Runner runner;
    private final Attributes attributes;
    private final OwnerRules rules;
    private final int slots;
    private final Ranks ranks;
    private final Thread thread = new Thread(this::run, "coil-claim");

    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private volatile @Nullable SpaceFeed feed;
    private volatile boolean closed;

    private SpaceView view = new SpaceView();
    private final Map<TaskRef, HeldClaim> held = new HashMap<>();
    private @Nullable String incarnation;
    private long nonce;
    private final Capacity capacity;
    private final FairShare shares = new FairShare();
    private boolean draining;
    private boolean onHold;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /**
     * @param feeds makes a feed of the worker's spaces; called again when one has failed
     * @param rules which tasks the owner lets it take
     * @param worker its name, for people
     * @param workers those that are present, this one included; the same list as long as nothing changed
     */
    public ClaimLoop(
            Supplier<SpaceFeed> feeds,
            Outbox.Commands commands,
            Runner runner,
            Attributes attributes,
            OwnerRules rules,
            String worker,
            int slots,
            Supplier<List<WorkerInfo>> workers) {
        this.feeds = feeds;
        this.outbox = new Outbox(commands, worker);
        this.runner = runner;
        this.attributes = attributes;
        this.rules = rules;
        this.slots = slots;
        this.capacity = new Capacity(slots, attributes);
        this.ranks = new Ranks(workers, System::nanoTime);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** The worker is present under this incarnation: it may claim. */
    public void present(String incarnation) {
        post(() -> this.incarnation = incarnation);
    }

    /** The incarnation is over, and with it all that was claimed under it: kills everything, and claims nothing until present again. */
    public void absent(String reason) {
        post(() -> {
            incarnation = null;
            giveBackAll(reason);
        });
    }

    /** Somebody who decides has ended this claim. */
    public void stop(ClaimId claim, String reason) {
        post(() -> held.values().stream()
                .filter(holder -> holder.id.equals(claim))
                .findFirst()
                .ifPresent(holder -> drop(holder, reason)));
    }

    /** Claims nothing more while this is so; what it holds goes on. */
    public void hold(boolean now) {
        post(() -> onHold = now);
    }

    /** Kills all that runs, and lets others have it. */
    public void giveBack(String reason) {
        post(() -> giveBackAll(reason));
    }

    /** Claims nothing more. The future completes as soon as nothing is held. */
    public CompletableFuture<Void> drain() {
        post(() -> draining = true);
        return drained;
    }

    private void post(Runnable message) {
        inbox.add(message);
        var waiting = feed;
        if (waiting != null && Thread.currentThread() != thread) {
            waiting.wakeup();
        }
    }

    private void run() {
        while (!closed) {
            try (var source = feeds.get()) {
                feed = source;
                follow(source);
            } catch (RuntimeException e) {
                log.warn("lost the space, reading it again: {}", e.toString());
                view = new SpaceView();
                readInbox();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        giveBackAll("the worker was stopped");
        long end = System.nanoTime() + LAST_NANOS;
        for (readInbox(); capacity.running() > 0 && System.nanoTime() < end; readInbox()) {
            LockSupport.parkNanos(LAST_LOOK_NANOS);
        }
    }

    private void follow(SpaceFeed source) {
        boolean caughtUp = false;
        while (!closed) {
            for (var change : source.poll(untilNext())) {
                take(change);
            }
            readInbox();
            // A tuple whose removal has not been read yet would be claimed in vain, or even run again.
            caughtUp = caughtUp || source.caughtUp();
            if (caughtUp) {
                claim();
            }
            outbox.resend().forEach(settled -> held.remove(settled.task.ref(), settled));
            noticeDrained();
        }
    }

    private void readInbox() {
        for (var message = inbox.poll(); message != null; message = inbox.poll()) {
            message.run();
        }
    }

    /** Slots that become free, and all else that is done elsewhere, wake the loop; only its own appointments bound the wait. */
    private Duration untilNext() {
        if (!inbox.isEmpty()) {
            return Duration.ZERO;
        }
        long millis = outbox.isSettled() ? IDLE_MILLIS : SETTLING_MILLIS;
        long load = load();
        return Duration.ofMillis(capacity.free() > 0 ? ranks.millisToNext(millis, load, load + COLD_MILLIS) : millis);
    }

    /** So that tasks go to idle machines first, and to those that have what the task begins with. */
    private long reluctance(ReadyTask task) {
        return runner.isWarm(task) ? load() : load() + COLD_MILLIS;
    }

    private long load() {
        int busy = slots - capacity.free();
        return busy == 0 ? 0 : BUSY_MILLIS + LOAD_MILLIS * busy / slots;
    }

    private void take(SpaceChange change) {
        boolean current = view.apply(change);
        if (change instanceof SpaceChange.Put put) {
            takePut(put.ready());
        } else if (change instanceof SpaceChange.Remove remove) {
            ranks.forget(remove.task());
            var holder = held.get(remove.task());
            // Who has won is so for ever, whoever says it; what a former owner withdrew may be there again.
            boolean holds = current || remove.tombstone().winner() != null;
            if (holder != null
                    && holds
                    && holder.task.attempt() <= remove.tombstone().attempt()) {
                takeAnswer(holder, remove.tombstone());
            }
        }
    }

    private void takePut(ReadyTask task) {
        var holder = held.get(task.ref());
        if (holder != null && holder.task.attempt() >= task.attempt()) {
            view.remove(task.ref());
            return;
        }
        if (holder != null) {
            drop(holder, "the task has a newer attempt");
        }
        if (incarnation != null) {
            ranks.take(task, incarnation);
        }
    }

    private void takeAnswer(HeldClaim holder, Tombstone tombstone) {
        if (tombstone.winner() == null) {
            // That may have been said before the claim came to the log, which accepts it if the task is there again.
            giveBack(holder, tombstone.reason() == null ? "the task was withdrawn" : tombstone.reason());
        } else if (!holder.id.equals(tombstone.winner())) {
            drop(holder, "another worker has the task");
        } else if (!holder.accepted) {
            holder.accepted = true;
            if (holder.result != null) {
                outbox.settle(holder);
            } else if (holder.execution != null) {
                holder.execution.granted();
            } else {
                start(holder);
            }
        }
    }

    private void claim() {
        if (incarnation == null || draining || onHold || capacity.free() == 0 || view.size() == 0 || !runner.isFit()) {
            return;
        }
        var best = view.matching(attributes, rules, shares, capacity.free() + ranks.size());
        for (var task : ranks.claimable(best, this::reluctance)) {
            if (capacity.free() == 0) {
                return;
            }
            if (capacity.fits(task.action().resources())) {
                claim(task, incarnation);
            } else if (ranks.isFirst(task)) {
                // One worker takes nothing else until it has room for a task that wants much of it.
                return;
            }
        }
    }

    private void claim(ReadyTask task, String incarnation) {
        view.remove(task.ref());
        ranks.forget(task.ref());
        int slots = capacity.slots(task.action().resources());
        capacity.take(task.action().resources());
        shares.take(task.project(), slots);
        var holder = new HeldClaim(task, new ClaimId(incarnation, ++nonce), slots);
        held.put(task.ref(), holder);
        outbox.claim(holder);
        if (task.start() == Start.OPTIMISTIC) {
            start(holder);
        }
    }

    private void start(HeldClaim holder) {
        var ended = new CompletableFuture<AttemptResult>();
        holder.execution = runner.start(holder.task, holder.id, holder.accepted, ended::complete);
        ended.thenAccept(result -> {
            if (Thread.currentThread() == thread) {
                ended(holder, result);
            } else {
                post(() -> ended(holder, result));
            }
        });
    }

    private void ended(HeldClaim holder, AttemptResult result) {
        release(holder);
        holder.result = result;
        if (result.outcome() == Outcome.ERROR) {
            ranks.avoid(holder.task.ref());
        }
        if (holder.giveBackReason != null) {
            outbox.giveBack(holder, holder.giveBackReason);
        } else if (!holder.dropped) {
            outbox.finish(holder);
            if (holder.accepted) {
                outbox.settle(holder);
            }
        }
    }

    private void release(HeldClaim holder) {
        capacity.release(holder.task.action().resources());
        double seconds = (System.nanoTime() - holder.takenNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        shares.end(holder.task.project(), holder.slots, seconds);
    }

    /** Forgets a claim, and kills what runs under it; its slot is free when that has ended. */
    private void drop(HeldClaim holder, String reason) {
        holder.dropped = true;
        held.remove(holder.task.ref(), holder);
        if (holder.execution == null) {
            release(holder);
        } else if (holder.isRunning()) {
            holder.execution.stop(reason);
        }
    }

    /** A claim is given back when nothing runs under it any longer, as another worker may start the task at once. */
    private void giveBackAll(String reason) {
        for (var holder : new ArrayList<>(held.values())) {
            giveBack(holder, reason);
        }
    }

    private void giveBack(HeldClaim holder, String reason) {
        drop(holder, reason);
        if (holder.isRunning()) {
            holder.giveBackReason = reason;
        } else if (holder.result == null) {
            outbox.giveBack(holder, reason);
        }
    }

    private void noticeDrained() {
        if (draining && capacity.running() == 0 && held.isEmpty()) {
            drained.complete(null);
        }
    }

    /** Kills what runs, and gives its claims back. */
    @Override
    public void close() {
        closed = true;
        var waiting = feed;
        if (waiting != null) {
            waiting.wakeup();
        }
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(2 * LAST_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        drained.completeExceptionally(new TimeoutException("the worker was closed"));
    }
}
