package dev.coil.scheduler.gateway;

import dev.coil.scheduler.http.Refused;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lets one submission of a run's id at a time do its work, so that the records of two never mix. */
final class RunIdLocks {

    private record Lock(Semaphore free, int users) {}

    private final ConcurrentHashMap<String, Lock> locks = new ConcurrentHashMap<>();

    /** @throws Refused with 503 if the others with this id take longer than the patience */
    <T> T holding(String id, Duration patience, Supplier<T> work) {
        var lock = locks.compute(
                id,
                (k, held) -> held == null ? new Lock(new Semaphore(1), 1) : new Lock(held.free(), held.users() + 1));
        try {
            if (!lock.free().tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Refused.unavailable("another submission with the id " + id + " is under way; ask again later");
            }
            try {
                return work.get();
            } finally {
                lock.free().release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refused.unavailable("the node is stopping; submit again with the id " + id);
        } finally {
            locks.computeIfPresent(id, (k, held) -> held.users() == 1 ? null : new Lock(held.free(), held.users() - 1));
        }
    }
}
