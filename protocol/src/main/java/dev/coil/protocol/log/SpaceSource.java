package dev.coil.protocol.log;

import dev.coil.protocol.space.SpaceChange;
import java.time.Duration;
import java.util.List;

/** The space as it is read: first the tuples that are there, then each change. For one thread, but for {@link #wakeup()}. */
public interface SpaceSource extends AutoCloseable {

    /**
     * The next changes, in order for each task; empty after the timeout or a wake-up.
     *
     * @throws KafkaUnusable if a topic is not the one it was: the space is to be read again, by another source
     */
    List<SpaceChange> poll(Duration timeout);

    /**
     * Whether everything that was there when this source was made has been handed over. Before that, a tuple may have been handed over
     * whose removal is still to come.
     */
    boolean caughtUp();

    /** Makes a {@link #poll} that waits return; from any thread. */
    void wakeup();

    @Override
    void close();
}
