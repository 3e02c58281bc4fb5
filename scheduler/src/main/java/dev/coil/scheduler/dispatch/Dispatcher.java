package dev.coil.scheduler.dispatch;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.log.SpaceFeed;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.InLine;
import dev.coil.protocol.space.Ranks;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.SpaceView;
import dev.coil.protocol.space.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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
 *   space ──▶ take ──▶ view ──▶ a task and a worker that waits for one ──▶ claim ──▶ command log
 *               │                        ▲                                   │
 *               │ tombstone              │ polls                             │ pending
 *               └──▶ accepted: a lease, and the poll's answer  ◀─────────────┘
 *                    refused: the poll waits on
 *   what workers say ──▶ leases ──▶ silent for too long: given back, or an error
 * </pre>
 *
 * A task looks for a worker when it comes, a worker for a task when it comes; so one of the two is always without the other. All
 * state belongs to the thread; others leave messages in the inbox and wake it.
 */
final class Dispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What the loop needs of the world. */
    record World(
            Function<Set<String>, SpaceFeed> feeds,
            Commands commands,
            Supplier<Set<String>> present,
            Supplier<Map<String, String>> drains) {}

    /** A claim that the log has not answered yet. */
    private static final class Pending {
        final Poll poll;
        final ReadyTask task;
        final ClaimToken token;
        long sent = System.nanoTime();

        Pending(Poll poll, ReadyTask task, ClaimToken token) {
            this.poll = poll;
            this.task = task;
            this.token = token;
        }
    }

    private final World world;
    private final String gateway;
    private final Patience patience;
    private final Announcements announcements;
    private final Sessions sessions;
    private final GiveBacks giveBacks;
    private final Thread thread = new Thread(this::run, "coil-dispatch");
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private volatile @Nullable SpaceFeed feed;
    private volatile boolean closed;

    private SpaceView view = new SpaceView();
    private final Ranks ranks;
    private final Idle idle = new Idle();
    private final Map<TaskRef, Pending> pending = new HashMap<>();
    private final Map<TaskRef, Session> reserved = new HashMap<>();
    private final List<ReadyTask> fresh = new ArrayList<>();
    private final Set<TaskRef> leftToOthers = new HashSet<>();
    private final Set<Session> hungry = new LinkedHashSet<>();
    private final PriorityQueue<Poll> deadlines = new PriorityQueue<>(Comparator.comparingLong(poll -> poll.deadline));
    private long nextTick = System.nanoTime();
    private long nextCheck = System.nanoTime();

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
        this.gateway = gateway;
        this.ranks = ranks;
        this.announcements = announcements;
        this.sessions = sessions;
        this.patience = patience;
        giveBacks = new GiveBacks(world.commands());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The worker is there, or says something else of itself; done when it is known. */
    CompletableFuture<Void> announce(String id, WorkerHello hello) {
        var done = new CompletableFuture<Void>();
        post(() -> {
            var session = sessions.announce(id, hello);
            session.drained = world.drains().get().get(hello.name());
            sessions.tell(session);
            idle.add(session);
            hungry.add(session);
            done.complete(null);
        });
        return done;
    }

    /** A worker asks for a task, and waits for one for so long. More requests than it has slots push out the oldest. */
    Poll poll(Session session, Duration patience) {
        var poll = new Poll(session, System.nanoTime() + patience.toNanos());
        session.hear();
        post(() -> {
            if (sessions.session(session.id) != session) {
                answer(poll);
                return;
            }
            while (session.polls.size() >= session.hello().slots()) {
                answer(session.polls.remove());
            }
            session.polls.add(poll);
            deadlines.add(poll);
            hungry.add(session);
        });
        return poll;
    }

    /** Nobody listens to the poll's answer any more. */
    void hangUp(Poll poll) {
        post(() -> {
            poll.session.polls.remove(poll);
            // One whose claim is under way is closed, so that the claim is given back when it is granted.
            answer(poll);
            idle.look(poll.session);
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
                idle.look(session);
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
        var done = new CompletableFuture<Void>();
        post(() -> {
            List.copyOf(session.leases).forEach(lease -> giveBack(lease, "the worker was stopped"));
            remove(session);
            done.complete(null);
        });
        return done;
    }

    /** Somebody who decides has ended this claim. */
    void stop(ClaimId claim, String reason) {
        post(() -> {
            var lease = sessions.lease(claim);
            if (lease != null) {
                lease.stop(reason);
                return;
            }
            pending.values().stream()
                    .filter(holder -> holder.token.claim().equals(claim))
                    .findFirst()
                    .ifPresent(holder -> {
                        // Only a claim of an incarnation that was given up is answered like this.
                        sessions.renew(holder.poll.session);
                        pending.remove(holder.task.ref());
                        letGo(holder);
                    });
        });
    }

    /** Which workers are drained may have changed. */
    void lookAtDrains() {
        post(this::applyDrains);
    }

    private void post(Runnable message) {
        inbox.add(message);
        var waiting = feed;
        if (waiting == null) {
            LockSupport.unpark(thread);
        } else if (Thread.currentThread() != thread) {
            waiting.wakeup();
        }
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
        farewell();
    }

    private void follow(SpaceFeed source, Set<String> topics) {
        view = new SpaceView();
        boolean caughtUp = false;
        while (!closed && topics.containsAll(sessions.topics())) {
            for (var change : source.poll(untilNext())) {
                take(change);
            }
            upkeep();
            // A tuple whose removal has not been read yet would be claimed in vain.
            caughtUp = caughtUp || source.caughtUp();
            if (caughtUp) {
                offerTasks();
                serveWorkers();
            }
        }
    }

    private Duration untilNext() {
        if (!inbox.isEmpty()) {
            return Duration.ZERO;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(TICK_NANOS);
        return Duration.ofMillis(leftToOthers.isEmpty() || idle.isEmpty() ? millis : ranks.millisToNext(millis));
    }

    private void take(SpaceChange change) {
        boolean current = view.apply(change);
        if (change instanceof SpaceChange.Put put && current) {
            takePut(put.ready());
        } else if (change instanceof SpaceChange.Remove remove) {
            forget(remove.task());
            var holder = pending.get(remove.task());
            var tombstone = remove.tombstone();
            // Who has won is so for ever, whoever says it; what a former owner withdrew may be there again.
            boolean holds = current || tombstone.winner() != null;
            if (holder != null && holds && holder.task.attempt() <= tombstone.attempt()) {
                pending.remove(remove.task());
                takeAnswer(holder, tombstone.winner(), tombstone.reason());
            }
        }
    }

    private void forget(TaskRef task) {
        ranks.forget(task);
        leftToOthers.remove(task);
        var holder = reserved.remove(task);
        if (holder != null) {
            holder.reservation = null;
            hungry.add(holder);
        }
    }

    private void takePut(ReadyTask task) {
        var holder = pending.get(task.ref());
        if (holder != null && holder.task.attempt() >= task.attempt()) {
            view.remove(task.ref());
            return;
        }
        if (holder != null) {
            pending.remove(task.ref());
            letGo(holder);
        }
        ranks.take(task, gateway);
        fresh.add(task);
    }

    private void takeAnswer(Pending holder, @Nullable ClaimId winner, @Nullable String reason) {
        if (winner == null) {
            // That may have been said before the claim came to the log, which accepts it if the task is there again.
            giveBacks.giveBack(holder.token, reason == null ? "the task was withdrawn" : reason);
            letGo(holder);
        } else if (!winner.equals(holder.token.claim())) {
            letGo(holder);
        } else if (grant(holder)) {
            log.debug(
                    "{} goes to {}",
                    holder.task.ref(),
                    holder.poll.session.hello().name());
        } else {
            giveBacks.giveBack(holder.token, "its worker was gone when it was to start");
            letGo(holder);
        }
    }

    private boolean grant(Pending holder) {
        var session = holder.poll.session;
        if (!holder.poll.isOpen() || sessions.session(session.id) != session) {
            return false;
        }
        var hello = session.hello();
        sessions.add(new Lease(holder.token, session, false));
        session.hear();
        holder.poll.answer.complete(
                new Answer.Offer(holder.task, holder.token, hello.name(), hello.attributes(), hello.slots()));
        return true;
    }

    /** The claim came to nothing: its worker waits on. */
    private void letGo(Pending holder) {
        var session = holder.poll.session;
        var resources = holder.task.action().resources();
        session.shares.end(holder.task.project(), session.slots(resources), 0);
        session.release(resources);
        if (holder.poll.isOpen() && holder.poll.deadline - System.nanoTime() > 0) {
            session.polls.addFirst(holder.poll);
        } else {
            answer(holder.poll);
        }
        hungry.add(session);
    }

    /** Tasks that have just come, or that others were to take and did not, look for workers: in turns of their projects. */
    private void offerTasks() {
        if (idle.isEmpty() && ranks.size() == 0) {
            fresh.clear();
        }
        if (fresh.isEmpty() && leftToOthers.isEmpty()) {
            return;
        }
        var projects = new TreeMap<String, TreeSet<ReadyTask>>();
        for (var task : fresh) {
            addIfThere(projects, task.ref());
        }
        for (var task : leftToOthers) {
            addIfThere(projects, task);
        }
        fresh.clear();
        if (projects.isEmpty()) {
            return;
        }
        for (var turns = new Turns<>(projects.values(), new FairShare()); turns.hasNext(); ) {
            offer(turns.next());
        }
    }

    private void addIfThere(Map<String, TreeSet<ReadyTask>> projects, TaskRef task) {
        var there = view.get(task);
        if (there != null) {
            projects.computeIfAbsent(task.project(), p -> new TreeSet<>(InLine.ORDER))
                    .add(there);
        }
    }

    private void offer(ReadyTask task) {
        if (ranks.claimable(List.of(task)).isEmpty()) {
            leftToOthers.add(task.ref());
            return;
        }
        leftToOthers.remove(task.ref());
        var session = idle.find(task);
        if (session != null) {
            claim(session, task);
        }
    }

    /** Workers that have just come, or have room again, look for tasks: in the order in which any worker takes them. */
    private void serveWorkers() {
        for (var session : hungry) {
            for (var task = next(session); task != null; task = next(session)) {
                claim(session, task);
            }
            idle.look(session);
        }
        hungry.clear();
    }

    private @Nullable ReadyTask next(Session session) {
        if (!session.isIdle() || sessions.session(session.id) != session) {
            return null;
        }
        if (session.reservation != null) {
            var wanted = view.get(session.reservation);
            return wanted != null && session.fits(wanted.action().resources()) ? wanted : null;
        }
        int limit = session.free() + ranks.size();
        for (var task : ranks.claimable(view.matching(session.attributes(), session.shares, limit))) {
            if (session.fits(task.action().resources())) {
                return task;
            }
            if (ranks.isFirst(task) && reserved.putIfAbsent(task.ref(), session) == null) {
                // One worker takes nothing else until it has room for a task that wants much of it.
                session.reservation = task.ref();
                return null;
            }
        }
        return null;
    }

    private void claim(Session session, ReadyTask task) {
        var poll = session.polls.remove();
        var resources = task.action().resources();
        view.remove(task.ref());
        forget(task.ref());
        session.shares.take(task.project(), session.slots(resources));
        session.take(resources);
        var holder = new Pending(poll, task, ClaimToken.of(task, session.nextClaim()));
        pending.put(task.ref(), holder);
        send(holder);
        idle.look(session);
    }

    private void send(Pending holder) {
        var task = holder.task;
        holder.sent = System.nanoTime();
        world.commands()
                .append(new Command.ClaimTask(
                        task.project(),
                        task.run(),
                        task.task(),
                        task.attempt(),
                        holder.token.claim(),
                        holder.poll.session.hello().name()));
    }

    /** What is to be done whether the space can be read or not. */
    private void upkeep() {
        for (var message = inbox.poll(); message != null; message = inbox.poll()) {
            message.run();
        }
        long now = System.nanoTime();
        for (var poll = deadlines.peek(); poll != null && poll.deadline - now <= 0; poll = deadlines.peek()) {
            deadlines.remove();
            if (poll.session.polls.remove(poll)) {
                answer(poll);
                idle.look(poll.session);
            }
        }
        if (now - nextTick >= 0) {
            nextTick = now + TICK_NANOS;
            giveBacks.look();
            sendAgain(now);
            judgeSilence(now);
            applyDrains();
        }
        if (now - nextCheck >= 0) {
            nextCheck = now + CHECK_NANOS;
            announcements.check(world.present().get());
        }
    }

    private static void answer(Poll poll) {
        poll.session.hear();
        poll.answer.complete(new Answer.Nothing(poll.session.drained));
    }

    private void sendAgain(long now) {
        for (var holder : pending.values()) {
            if (now - holder.sent > patience.answer().toNanos()) {
                log.warn("claim {} of {} has no answer yet, sending it again", holder.token.claim(), holder.task.ref());
                send(holder);
            }
        }
    }

    private void judgeSilence(long now) {
        for (var lease : sessions.leases()) {
            if (lease.isEnding()) {
                continue;
            }
            long silence = now - lease.heard();
            if (!lease.isSpokenOf() && silence > patience.handedOut().toNanos()) {
                giveBack(lease, "its worker never said that it had come");
            } else if (silence > patience.claim().toNanos()) {
                fail(lease, patience.claim());
            }
        }
        for (var session : sessions.silent(now, patience.session().toNanos())) {
            if (session.leases.isEmpty()) {
                remove(session);
            } else {
                session.leases.stream()
                        .filter(lease -> !lease.isEnding())
                        .toList()
                        .forEach(lease -> fail(lease, patience.session()));
            }
        }
    }

    private void fail(Lease lease, Duration silence) {
        if (lease.stopReason() != null) {
            end(lease, Outcome.CANCELLED);
            return;
        }
        var token = lease.token;
        long now = System.currentTimeMillis();
        long ran = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lease.since);
        var result = new AttemptResult(
                Outcome.ERROR,
                null,
                null,
                "the worker " + lease.session.hello().name() + " was not heard of for " + silence.toSeconds() + " s",
                now - ran,
                now,
                Math.max(0, lease.kept.get()),
                List.of(),
                null,
                null);
        lease.ending(true);
        world.commands()
                .append(new Command.FinishTask(
                        token.project(), token.run(), token.task(), token.attempt(), token.claim(), result))
                .whenComplete((offset, failure) -> {
                    if (failure == null) {
                        ended(lease, Outcome.ERROR);
                    } else {
                        lease.ending(false);
                    }
                });
    }

    private void giveBack(Lease lease, String reason) {
        if (end(lease, Outcome.CANCELLED)) {
            giveBacks.giveBack(lease.token, reason);
        }
    }

    private boolean end(Lease lease, Outcome outcome) {
        boolean first = sessions.end(lease, outcome);
        if (first) {
            hungry.add(lease.session);
        }
        return first;
    }

    private void remove(Session session) {
        session.polls.forEach(Dispatcher::answer);
        session.polls.clear();
        idle.remove(session);
        hungry.remove(session);
        if (session.reservation != null) {
            reserved.remove(session.reservation);
        }
        sessions.remove(session);
    }

    private void applyDrains() {
        var drains = world.drains().get();
        for (var session : sessions.all()) {
            var drained = drains.get(session.hello().name());
            if (drained == null ? session.drained != null : !drained.equals(session.drained)) {
                session.drained = drained;
                sessions.tell(session);
                hungry.add(session);
            }
        }
    }

    /** What was claimed and not handed out goes to others at once; what workers hold goes on. */
    private void farewell() {
        pending.values().forEach(holder -> giveBacks.giveBack(holder.token, "the node was stopped"));
        pending.values().forEach(holder -> answer(holder.poll));
        sessions.all().forEach(session -> session.polls.forEach(Dispatcher::answer));
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
