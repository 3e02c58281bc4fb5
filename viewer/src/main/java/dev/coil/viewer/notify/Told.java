package dev.coil.viewer.notify;

import org.jspecify.annotations.Nullable;

/** What was told last, which outlives the process and whoever leads. Any thread asks. */
public interface Told {

    /** @return {@code null} if nothing was remembered for the key */
    @Nullable
    String last(String key);

    /**
     * Returns when it is durable.
     *
     * @param key some words
     * @param value one line
     * @throws RuntimeException if it cannot be now; the same is tried again later
     */
    void remember(String key, String value);
}
