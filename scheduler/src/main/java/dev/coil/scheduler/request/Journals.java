package dev.coil.scheduler.request;

import dev.coil.protocol.log.Journal;
import dev.coil.scheduler.http.Refused;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Writes to journals for those who wait at the other end of a request. */
public final class Journals {

    private Journals() {}

    /**
     * Writes a record, and returns when it counts here.
     *
     * @throws Refused with 503 if Kafka does not take it
     */
    public static <R> void write(Journal<R> journal, String key, @Nullable R record) {
        try {
            journal.write(key, record);
        } catch (ExecutionException e) {
            throw Refused.unavailable("Kafka does not answer (" + e.getCause().getMessage() + "): try again");
        } catch (TimeoutException e) {
            throw Refused.unavailable("no answer from Kafka within 15 s: try again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refused.unavailable("the node is stopping: try again");
        }
    }
}
