package dev.coil.viewer.notify;

import dev.coil.viewer.forge.CommitStatus;
import dev.coil.viewer.forge.Forge;
import dev.coil.viewer.forge.ForgeRepository;
import dev.coil.viewer.notify.Failures.FailedChange;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells forges what the projection shows of commits, for as long as this node leads. It compares what a forge should know with what it was told
 * last, so changes that come together are told together, nothing is lost over a restart and nothing is told again. Only a forge's answer that is
 * lost, or a node that dies between the answer and the memory of it, makes it tell the same twice, which forges take as once.
 *
 * <p>Of a commit and an event, the newest run counts. A run that ended more than a day before it is first looked at, and of which nothing was ever
 * told, is passed over: who gives an old project a forge does not want years of it told.
 */
public final class Notifier implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Notifier.class);

    private static final Duration LOOKS = Duration.ofMillis(200);

    /** How often all is compared again that is not old, as what projects say of themselves may have changed. */
    private static final Duration ROUNDS = Duration.ofMinutes(5);

    private static final Duration RECENT = Duration.ofDays(2);

    private final Projection projection;
    private final Failures failures;
    private final BooleanSupplier leads;
    private final InstantSource clock;
    private final Ledger ledger;
    private final Teller teller;
    private final Backoff backoff;
    private final Map<String, Outbox> outboxes = new ConcurrentHashMap<>();
    private final Set<Outbox> working = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(threads("forge-notifier"));
    private final ExecutorService telling = Executors.newCachedThreadPool(threads("forge-outbox"));
    private volatile boolean closed;

    private Instant lastRound = Instant.MIN;
    private long seen;
    private Collection<FailedChange> seenFailures = List.of();

    /** @param client one that does not follow redirects */
    public Notifier(
            Projection projection,
            Projects projects,
            Failures failures,
            Told told,
            BooleanSupplier leads,
            HttpClient client) {
        this(
                projection,
                projects,
                failures,
                told,
                leads,
                InstantSource.system(),
                RandomGenerator.getDefault(),
                repository -> Forge.of(repository, client));
    }

    /** @param open makes a client of a repository; it is used by one thread at a time */
    public Notifier(
            Projection projection,
            Projects projects,
            Failures failures,
            Told told,
            BooleanSupplier leads,
            InstantSource clock,
            RandomGenerator random,
            Function<ForgeRepository, Forge> open) {
        this.projection = projection;
        this.failures = failures;
        this.leads = leads;
        this.clock = clock;
        ledger = new Ledger(told);
        teller = new Teller(projection, projects, failures, ledger, clock, open);
        backoff = new Backoff(random);
    }

    private static ThreadFactory threads(String name) {
        return task -> {
            var thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Begins to look and to tell. */
    public void start() {
        looking.scheduleWithFixedDelay(this::turn, 0, LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void turn() {
        try {
            look();
            ledger.settle();
            for (var outbox : outboxes.values()) {
                if (outbox.isDue() && working.add(outbox)) {
                    telling.execute(() -> work(outbox));
                }
            }
        } catch (RuntimeException e) {
            log.error("cannot see what forges are to be told, and will try again", e);
        }
    }

    private void work(Outbox outbox) {
        try {
            outbox.work(this::goesOn);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            working.remove(outbox);
        }
    }

    private boolean goesOn() {
        return !closed && leads.getAsBoolean();
    }

    /** Puts into the outboxes what is not told as it is. */
    void look() {
        if (!goesOn()) {
            outboxes.values().forEach(Outbox::clear);
            lastRound = Instant.MIN;
            return;
        }
        long version = projection.version();
        var now = clock.instant();
        boolean first = lastRound.equals(Instant.MIN);
        boolean round = first || !lastRound.plus(ROUNDS).isAfter(now);
        considerFailures(round);
        if (round) {
            lastRound = now;
        } else if (version == seen) {
            return;
        }
        long since = first ? Long.MIN_VALUE : round ? now.minus(RECENT).toEpochMilli() : Long.MAX_VALUE;
        var matters = new LinkedHashMap<Matter, RunState>();
        for (var run : projection.runs()) {
            if (run.createdAt() >= since || run.head().version() > seen) {
                add(matters, run);
            }
        }
        // At first all are looked at and the newest is among them; otherwise it may not have changed.
        matters.forEach((matter, run) -> consider(matter, first ? run : teller.newest(matter)));
        seen = version;
    }

    private static void add(Map<Matter, RunState> matters, RunState run) {
        var commit = run.source().commit();
        if (commit == null || !CommitStatus.isObjectId(commit)) {
            return;
        }
        for (var matter : Matter.of(run, commit)) {
            matters.merge(matter, run, (one, other) -> one.number() > other.number() ? one : other);
        }
    }

    /** They are looked at when there are others than before, and with each round. */
    private void considerFailures(boolean round) {
        var all = failures.all();
        if (!round && all.equals(seenFailures)) {
            return;
        }
        seenFailures = all;
        for (var failed : all) {
            if (teller.isOld(failed)) {
                continue;
            }
            var repository = teller.repository(Matter.of(failed));
            if (repository != null && teller.isOpen(failed, repository)) {
                outbox(repository).add(Matter.of(failed));
            }
        }
    }

    private Outbox outbox(ForgeRepository repository) {
        return outboxes.computeIfAbsent(repository.host(), host -> new Outbox(host, teller, backoff, clock));
    }

    /** What one project says of itself does not keep others from being told; the next round asks it again. */
    private void consider(Matter matter, @Nullable RunState run) {
        try {
            var repository = teller.repository(matter);
            if (repository != null && run != null && teller.isOpen(matter, run, repository)) {
                outbox(repository).add(matter);
            }
        } catch (RuntimeException e) {
            log.error("cannot tell a forge of {}", run, e);
        }
    }

    /** Tells all that is due, in this thread. */
    void workOff() throws InterruptedException {
        ledger.settle();
        for (var outbox : outboxes.values()) {
            outbox.work(this::goesOn);
        }
    }

    /** Whether nothing waits to be told. */
    boolean isIdle() {
        return outboxes.values().stream().allMatch(Outbox::isEmpty);
    }

    /** What is being told may still arrive. */
    @Override
    public void close() {
        closed = true;
        looking.shutdownNow();
        telling.shutdownNow();
    }
}
