package dev.coil.scheduler.dispatch;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.log.SpaceSource;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.Ranks;
import dev.coil.protocol.space.SpaceChange;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main loop of a gateway for workers that speak HTTP, on one thread:
 *
 * <pre>
 *   space ──▶ take ──▶ matchmaker ──▶ a task, and a worker that waits ──▶ claims ──▶ command log
 *               │          ▲ polls                                          │
 *               │ tombstone                                                 │
 *               └──▶ accepted: a lease, and the poll's answer ◀─────────────┘
 *                    refused: the poll waits on
 *   what workers say ──▶ leases ──▶ silence: given back, or an error
 * </pre>
 *
 * All state belongs to the thread; others leave messages in the inbox and wake it.
 */
final class Dispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TICK_MILLIS = 500;
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * What the loop needs of the world.
     *
     * @param feeds reads space topics
     * @param present the incarnations that ZooKeeper has
     * @param drains by the names of drained workers
     */
    record World(
            Function<Set<String>, SpaceSource> feeds,
            Commands commands,
            Supplier<Set<String>> present,
            Supplier<Map<String, Pause>> drains) {}

    private final World world;
    private final Patience patience;
    private final Announcements announcements;
    private final Sessions sessions;
    private final Matchmaker matchmaker;
    private final GiveBacks giveBacks;
    private final Claims claims;
    private final Silence silence;
    private final PriorityQueue<Poll> deadlines = new PriorityQueue<>(Comparator.comparingLong(poll -> poll.deadline));
    private long nextTick = System.nanoTime();
    private long nextCheck = System.nanoTime();

    private final Thread thread = new Thread(this::run, "coil-dispatch");
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();

    /** The loop was woken, and has not come to the inbox since. */
    private final AtomicBoolean awake = new AtomicBoolean();

    /** There is no task that a worker who comes could take: it may be noticed a little later. */
    private volatile boolean nothingThere = true;

    private volatile @Nullable SpaceSource feed;
    private volatile boolean closed;

    /**
     * @param gateway the party that this gateway's workers are among those who claim
     * @param ranks of the parties
     */
    Dispatcher(
            World world,
            String gateway,
            Ranks ranks,
            Announcements announcements,
            Sessions sessions,
            Patience patience) {
        this.world = world;
        this.patience = patience;
        this.announcements = announcements;
        this.sessions = sessions;
        giveBacks = new GiveBacks(world.commands());
        matchmaker = new Matchmaker(gateway, ranks);
        claims = new Claims(world.commands(), giveBacks, sessions, matchmaker::awake);
        silence = new Silence(sessions, world.commands(), patience, new Sentence());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The worker is there, or says something else of itself; done when it is known. */
    CompletableFuture<Void> announce(String id, WorkerHello hello, @Nullable String owner) {
        return ask(() -> {
            var session = sessions.announce(id, hello, owner);
            session.drained = world.drains().get().get(hello.name());
            sessions.tell(session);
            matchmaker.add(session);
        });
    }

    /** A worker asks for a task, and waits for one for so long. More requests than it has slots push out the oldest. */
    Poll poll(Session session, Duration wait) {
        var poll = new Poll(session, System.nanoTime() + wait.toNanos());
        session.hear();
        Runnable arrival = () -> {
            if (!sessions.has(session)) {
                poll.answerNothing();
                return;
            }
            while (session.polls.size() >= session.hello().slots()) {
                session.polls.remove().answerNothing();
            }
            session.polls.add(poll);
            deadlines.add(poll);
            matchmaker.awake(session);
        };
        if (nothingThere && wait.toMillis() > TICK_MILLIS) {
            leave(arrival);
        } else {
            post(arrival);
        }
        return poll;
    }

    /** Nobody listens to the poll's answer any more. */
    void hangUp(Poll poll) {
        leave(() -> {
            poll.session.polls.remove(poll);
            // One whose claim is under way is closed, so that the claim is given back when it is granted.
            poll.answerNothing();
            matchmaker.look(poll.session);
        });
    }

    /** The answer with this claim could not be sent. */
    void undelivered(ClaimToken token) {
        post(() -> {
            var lease = sessions.lease(token.claim());
            if (lease != null && !lease.isSpokenOf()) {
                giveBack(lease, "its worker was gone when it was to start");
            }
        });
    }

    /** Goes on with a claim that another gateway, or this one before it was started again, had from the log. */
    CompletableFuture<Lease> takeOver(Session session, ClaimToken token) {
        var taken = new CompletableFuture<Lease>();
        post(() -> {
            var known = sessions.lease(token.claim());
            if (known == null) {
                known = new Lease(token, session, true);
                session.take(token.resources());
                sessions.add(known);
                matchmaker.look(session);
            }
            taken.complete(known);
        });
        return taken;
    }

    /** The claim's result stands in the log, or its worker knows that it is lost. */
    void ended(Lease lease, Outcome outcome) {
        post(() -> end(lease, outcome));
    }

    /** The worker has given the claim back. */
    void givenBack(Lease lease, String reason) {
        post(() -> giveBack(lease, reason));
    }

    /** The worker leaves. */
    CompletableFuture<Void> leave(Session session) {
        return ask(() -> {
            List.copyOf(session.leases).forEach(lease -> giveBack(lease, "the worker was stopped"));
            remove(session);
        });
    }

    /** Somebody who decides has ended this claim. */
    void stop(ClaimId claim, String reason) {
        post(() -> {
            var lease = sessions.lease(claim);
            if (lease != null) {
                lease.stop(reason);
            } else if (claims.refused(claim)) {
                log.info("the incarnation {} was given up; its worker goes on with another one", claim.incarnation());
            }
        });
    }

    /** Which workers are drained may have changed. */
    void lookAtDrains() {
        post(this::applyDrains);
    }

    private CompletableFuture<Void> ask(Runnable message) {
        var done = new CompletableFuture<Void>();
        post(() -> {
            message.run();
            done.complete(null);
        });
        return done;
    }

    /** The loop comes to it at once. */
    private void post(Runnable message) {
        inbox.add(message);
        if (!awake.getAndSet(true)) {
            var waiting = feed;
            if (waiting == null) {
                LockSupport.unpark(thread);
            } else if (Thread.currentThread() != thread) {
                waiting.wakeup();
            }
        }
    }

    /** The loop comes to it before it does anything else, which may be a tick later. */
    private void leave(Runnable message) {
        inbox.add(message);
    }

    private void run() {
        while (!closed) {
            var topics = sessions.topics();
            if (topics.isEmpty()) {
                if (inbox.isEmpty()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                upkeep();
                continue;
            }
            try (var source = world.feeds().apply(topics)) {
                feed = source;
                follow(source, topics);
            } catch (RuntimeException e) {
                var cause = e.getCause() == null ? e : e.getCause();
                log.warn("lost the space, reading it again: {}", cause.toString());
                upkeep();
                LockSupport.parkNanos(PAUSE_NANOS);
            } finally {
                feed = null;
            }
        }
        // What was claimed and not handed out goes to others at once; what workers hold goes on.
        claims.giveBackAll("the node was stopped");
        sessions.all().forEach(session -> session.polls.forEach(Poll::answerNothing));
    }

    private void follow(SpaceSource source, Set<String> topics) {
        matchmaker.beginAnew();
        boolean caughtUp = false;
        while (!closed && topics.containsAll(sessions.topics())) {
            for (var change : source.poll(untilNext())) {
                take(change);
            }
            upkeep();
            // A tuple whose removal has not been read yet would be claimed in vain.
            caughtUp = caughtUp || source.caughtUp();
            if (caughtUp) {
                matchmaker.match(claims::claim);
            }
            // Before the inbox is looked at again: what was left in it meanwhile is found there.
            nothingThere = matchmaker.isEmpty();
        }
    }

    private Duration untilNext() {
        return inbox.isEmpty() ? Duration.ofMillis(matchmaker.millisToNext(TICK_MILLIS)) : Duration.ZERO;
    }

    private void take(SpaceChange change) {
        boolean current = matchmaker.apply(change);
        if (change instanceof SpaceChange.Remove remove) {
            claims.answered(remove.task(), remove.tombstone(), current);
        } else if (change instanceof SpaceChange.Put put && current) {
            if (claims.isClaimed(put.ready())) {
                matchmaker.takeOut(put.task());
            } else {
                matchmaker.welcome(put.ready());
            }
        }
    }

    /** What is to be done whether the space can be read or not. */
    private void upkeep() {
        awake.set(false);
        for (var message = inbox.poll(); message != null; message = inbox.poll()) {
            message.run();
        }
        long now = System.nanoTime();
        for (var poll = deadlines.peek(); poll != null && poll.deadline - now <= 0; poll = deadlines.peek()) {
            deadlines.remove();
            if (poll.session.polls.remove(poll)) {
                poll.answerNothing();
                matchmaker.look(poll.session);
            }
        }
        if (now - nextTick >= 0) {
            nextTick = now + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            giveBacks.look();
            claims.sendAgain(now, patience.answer().toNanos());
            silence.judge(now);
        }
        if (now - nextCheck >= 0) {
            nextCheck = now + CHECK_NANOS;
            announcements.check(world.present().get());
            applyDrains();
        }
    }

    private void giveBack(Lease lease, String reason) {
        if (end(lease, Outcome.CANCELLED)) {
            giveBacks.giveBack(lease.token, reason);
        }
    }

    private boolean end(Lease lease, Outcome outcome) {
        boolean first = sessions.end(lease, outcome);
        if (first) {
            if (outcome == Outcome.ERROR) {
                lease.session.avoid(lease.token.ref());
            }
            matchmaker.awake(lease.session);
        }
        return first;
    }

    private void remove(Session session) {
        session.polls.forEach(Poll::answerNothing);
        session.polls.clear();
        matchmaker.remove(session);
        sessions.remove(session);
    }

    private void applyDrains() {
        var drains = world.drains().get();
        for (var session : sessions.all()) {
            var drained = drains.get(session.hello().name());
            if (!Objects.equals(drained, session.drained)) {
                session.drained = drained;
                if (drained != null && drained.quarantine()) {
                    List.copyOf(session.leases).forEach(lease -> giveBack(lease, "its worker was " + drained.deed()));
                }
                sessions.tell(session);
                matchmaker.look(session);
                matchmaker.awake(session);
            }
        }
    }

    private final class Sentence implements Silence.Consequences {
        @Override
        public void giveBack(Lease lease, String reason) {
            Dispatcher.this.giveBack(lease, reason);
        }

        @Override
        public void ended(Lease lease, Outcome outcome) {
            Dispatcher.this.ended(lease, outcome);
        }

        @Override
        public void remove(Session session) {
            Dispatcher.this.remove(session);
        }
    }

    @Override
    public void close() {
        closed = true;
        post(() -> {});
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
