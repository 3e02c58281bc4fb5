package dev.coil.worker.blob;

import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.time.Duration;

/**
 * How long the node is waited for, as it may be restarting.
 *
 * @param first between the first try and the second; doubled each time
 * @param longest between two tries
 * @param total after which there is no further try
 */
public record Retries(Duration first, Duration longest, Duration total) {

    public static final Retries STANDARD =
            new Retries(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(60));

    /** Something that may fail because the node is away, which it tells by an {@link IOException}. */
    @FunctionalInterface
    public interface Try<T> {
        T run() throws IOException, InfraTrouble, InterruptedException;
    }

    /** @param what is to be done, for the message if it never works: {@code cannot fetch …} */
    public <T> T run(String what, Try<T> action) throws InfraTrouble, InterruptedException {
        long end = System.nanoTime() + total.toNanos();
        var pause = first;
        while (true) {
            try {
                return action.run();
            } catch (IOException e) {
                if (System.nanoTime() + pause.toNanos() >= end) {
                    throw new InfraTrouble(what + ": " + describe(e), e);
                }
            }
            Thread.sleep(pause.toMillis());
            pause = pause.multipliedBy(2).compareTo(longest) > 0 ? longest : pause.multipliedBy(2);
        }
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
