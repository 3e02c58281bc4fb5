package dev.coil.worker.health;

import dev.coil.worker.host.DiskSpace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's own judgement of its machine: it takes no tasks while its disk is nearly full, its clock is far from the node's, or a test
 * of itself fails, which it makes after a task ended with an error of the infrastructure. What was wrong is looked at again until it is
 * right. Safe for many threads.
 */
public final class Fitness implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Fitness.class);

    /** By how much the machine's clock may differ from the node's; what Kerberos allows (RFC 4120, section 5.2.6 and 8.2). */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    private static final long CLOCK_SECONDS = 600;
    private static final long FAREWELL_SECONDS = 5;
    private static final Duration AGAIN = Duration.ofSeconds(10);

    /** How far the node's clock is ahead of this machine's. */
    @FunctionalInterface
    public interface NodeClock {

        /** In milliseconds; empty if the node was not heard of. */
        OptionalLong ahead();
    }

    private final Hours hours;
    private final Supplier<LocalTime> time;
    private final DiskSpace space;
    private final SelfTest test;
    private final Duration again;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        var made = new Thread(work, "coil-health");
        made.setDaemon(true);
        return made;
    });
    private volatile NodeClock clock = OptionalLong::empty;
    private volatile Consumer<@Nullable String> changed = trouble -> {};
    private volatile boolean suspected;
    private volatile boolean diskIsScarce;
    private volatile @Nullable String trouble;
    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * @param directory the worker's own
     * @param hours at which its owner lets it work
     */
    public Fitness(Path directory, Hours hours) {
        this(
                hours,
                LocalTime::now,
                new DiskSpace(directory),
                new SelfTest(directory, List.of(List.of("sh", "-c", "exit 0"), List.of("git", "--version"))),
                AGAIN);
    }

    /** @param again after how long it looks again while something is wrong */
    Fitness(Hours hours, Supplier<LocalTime> time, DiskSpace space, SelfTest test, Duration again) {
        this.hours = hours;
        this.time = time;
        this.space = space;
        this.test = test;
        this.again = again;
    }

    /**
     * Begins to look.
     *
     * @param changed hears what is wrong from now on, {@code null} for nothing, on a thread of this object
     */
    public void start(NodeClock clock, Consumer<@Nullable String> changed) {
        this.clock = clock;
        this.changed = changed;
        thread.scheduleWithFixedDelay(this::look, 0, CLOCK_SECONDS, TimeUnit.SECONDS);
        thread.scheduleWithFixedDelay(
                () -> {
                    if (trouble != null) {
                        look();
                    }
                },
                again.toMillis(),
                again.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Whether it is fit for another task. Asked before each claim, so it answers at once. */
    public boolean isFit() {
        boolean fit = trouble == null;
        boolean scarce = space.isScarce();
        boolean asleep = !hours.has(time.get());
        if (scarce || asleep ? fit : diskIsScarce) {
            lookSoon();
        }
        return fit && !scarce && !asleep;
    }

    /** A task ended with an error of the infrastructure, for which this machine may be the reason. */
    public void suspect() {
        suspected = true;
        lookSoon();
    }

    private void lookSoon() {
        try {
            if (looking.compareAndSet(false, true)) {
                thread.execute(this::look);
            }
        } catch (RejectedExecutionException closed) {
            log.trace("the worker is being closed");
        }
    }

    private void look() {
        looking.set(false);
        try {
            var found = found();
            if (!Objects.equals(found, trouble)) {
                if (found == null) {
                    log.info("takes tasks again");
                } else {
                    log.warn("takes no tasks: this worker {}", found);
                }
                trouble = found;
                changed.accept(found);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("cannot look whether this machine is fit: {}", e.toString());
        }
    }

    private @Nullable String found() throws InterruptedException {
        if (!hours.has(time.get())) {
            return "works at " + hours + " only, by its owner's rules";
        }
        diskIsScarce = space.isScarce();
        if (diskIsScarce) {
            return "has a disk that is nearly full: " + space;
        }
        boolean tests = suspected || trouble != null;
        suspected = false;
        var wrong = tests ? test.trouble() : null;
        return wrong == null ? clockTrouble() : wrong;
    }

    private @Nullable String clockTrouble() {
        var ahead = clock.ahead();
        if (ahead.isEmpty() || Math.abs(ahead.getAsLong()) <= CLOCK_TOLERANCE.toMillis()) {
            return null;
        }
        var off = Duration.ofMillis(Math.abs(ahead.getAsLong()));
        return "has a clock that is " + spoken(off) + (ahead.getAsLong() > 0 ? " behind" : " ahead of")
                + " the node's: set one of them right";
    }

    /** {@code 26 hours}: to the whole unit, so that it does not change all the time. */
    private static String spoken(Duration off) {
        return off.toHours() >= 2 ? off.toHours() + " hours" : off.toMinutes() + " minutes";
    }

    /** Returns when nothing is looked at any more, which does not take long. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                log.warn("a look at whether this machine is fit does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
