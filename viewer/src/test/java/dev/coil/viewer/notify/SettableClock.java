package dev.coil.viewer.notify;

import dev.coil.viewer.projection.Events;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stands still until it is told to go on. Begins when the events of tests do. */
final class SettableClock implements InstantSource {

    private volatile Instant now = Instant.ofEpochMilli(Events.START);

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }
}
