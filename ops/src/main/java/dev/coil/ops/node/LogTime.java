package dev.coil.ops.node;

import dev.coil.protocol.log.LogClock;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;

/** The time by which the embedded broker stamps records and waits: it never goes back. */
final class LogTime implements Time {

    @Override
    public long milliseconds() {
        return LogClock.SYSTEM.getAsLong();
    }

    @Override
    public long nanoseconds() {
        return SYSTEM.nanoseconds();
    }

    @Override
    public void sleep(long millis) {
        SYSTEM.sleep(millis);
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadline) throws InterruptedException {
        synchronized (object) {
            while (!condition.get()) {
                long left = deadline - milliseconds();
                if (left <= 0) {
                    throw new TimeoutException("the condition did not come about in time");
                }
                object.wait(left);
            }
        }
    }
}
