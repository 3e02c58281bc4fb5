package dev.coil.scheduler.dispatch;

import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Attributes;
import org.jspecify.annotations.Nullable;

/** What a worker that asked for a task is told. */
sealed interface Answer {

    /**
     * A task that it has been granted.
     *
     * @param worker the worker's name
     * @param slots how many the worker has
     */
    record Offer(ReadyTask task, ClaimToken token, String worker, Attributes attributes, int slots) implements Answer {}

    /**
     * There is none for now.
     *
     * @param drained why the worker is to take nothing new; {@code null} if so nobody does
     */
    record Nothing(@Nullable String drained) implements Answer {}
}
