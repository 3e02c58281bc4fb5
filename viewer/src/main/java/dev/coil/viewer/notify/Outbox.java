package dev.coil.viewer.notify;

import dev.coil.viewer.forge.ForgeAway;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one host is to be told. Matters are in it once, however often they change. One that fails waits longer each time, and so does the
 * host when nothing works. Any thread adds, one at a time works.
 */
final class Outbox {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    /** Failures in a row; fewer are everyday life. */
    private static final int WORTH_SAYING = 3;

    private final String host;
    private final Teller teller;
    private final Backoff backoff;
    private final InstantSource clock;
    private final Map<Matter, Entry> entries = new LinkedHashMap<>();
    private Instant closedUntil = Instant.MIN;
    private int failures;

    /**
     * What is known of a matter that is to be told.
     *
     * @param due when there is something to tell; a change makes that now
     * @param retry when it may be tried again
     */
    private record Entry(Instant due, Instant retry, int failures) {

        static final Entry NEW = new Entry(Instant.MIN, Instant.MIN, 0);

        Instant at() {
            return due.isAfter(retry) ? due : retry;
        }
    }

    Outbox(String host, Teller teller, Backoff backoff, InstantSource clock) {
        this.host = host;
        this.teller = teller;
        this.backoff = backoff;
        this.clock = clock;
    }

    /** Something about it has changed. */
    synchronized void add(Matter matter) {
        entries.merge(matter, Entry.NEW, (known, changed) -> new Entry(Instant.MIN, known.retry(), known.failures()));
    }

    synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Somebody else is to tell it all. */
    synchronized void clear() {
        entries.clear();
    }

    synchronized boolean isDue() {
        var now = clock.instant();
        return !closedUntil.isAfter(now)
                && entries.values().stream().anyMatch(entry -> !entry.at().isAfter(now));
    }

    /** Tells all that is due, as long as the host takes it. */
    void work(BooleanSupplier goesOn) throws InterruptedException {
        while (goesOn.getAsBoolean()) {
            var next = take();
            if (next == null) {
                return;
            }
            tell(next.getKey(), next.getValue());
        }
    }

    private synchronized Map.@Nullable Entry<Matter, Entry> take() {
        var now = clock.instant();
        if (closedUntil.isAfter(now)) {
            return null;
        }
        for (var entry : entries.entrySet()) {
            if (!entry.getValue().at().isAfter(now)) {
                var taken = Map.entry(entry.getKey(), entry.getValue());
                entries.remove(entry.getKey());
                return taken;
            }
        }
        return null;
    }

    private void tell(Matter matter, Entry entry) throws InterruptedException {
        try {
            told(matter, teller.tell(matter, host));
        } catch (ForgeAway e) {
            failed(matter, entry, e.getMessage(), e.waitAtLeast().orElse(Duration.ZERO));
        } catch (RuntimeException e) {
            log.error("cannot tell {} of {}", host, matter, e);
            failed(matter, entry, e.toString(), Duration.ZERO);
        }
    }

    private synchronized void told(Matter matter, Teller.Result result) {
        if (result.asked()) {
            if (failures >= WORTH_SAYING) {
                log.info("{} is there again", host);
            }
            failures = 0;
        }
        if (result.more() != null) {
            // What has changed meanwhile may be due now.
            entries.putIfAbsent(matter, new Entry(result.more(), Instant.MIN, 0));
        }
    }

    private synchronized void failed(Matter matter, Entry entry, String why, Duration atLeast) {
        failures++;
        int own = entry.failures() + 1;
        var now = clock.instant();
        var wait = backoff.after(failures);
        closedUntil = now.plus(wait.compareTo(atLeast) < 0 ? atLeast : wait);
        entries.remove(matter);
        entries.put(matter, new Entry(Instant.MIN, now.plus(backoff.after(own)), own));
        if (failures == WORTH_SAYING) {
            log.warn("{} has failed {} times, {} matters wait: {}", host, failures, entries.size(), why);
        }
    }
}
