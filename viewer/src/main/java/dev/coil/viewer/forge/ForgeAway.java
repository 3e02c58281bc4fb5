package dev.coil.viewer.forge;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The forge cannot be reached, is in trouble or has had enough for now: the same may work later. */
public final class ForgeAway extends ForgeFailure {

    private static final long serialVersionUID = 1;

    private final @Nullable Duration wait;

    public ForgeAway(String message) {
        this(message, null);
    }

    /** @param wait how long the forge wants to be left alone; {@code null} if it did not say */
    public ForgeAway(String message, @Nullable Duration wait) {
        super(message);
        this.wait = wait;
    }

    /** How long the forge wants to be left alone, from now on, at most an hour; empty if it did not say. */
    public Optional<Duration> waitAtLeast() {
        return Optional.ofNullable(wait);
    }
}
