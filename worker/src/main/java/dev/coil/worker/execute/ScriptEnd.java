package dev.coil.worker.execute;

import org.jspecify.annotations.Nullable;

/**
 * How a script ended.
 *
 * @param exitCode 128 + n if signal n ended it; {@code null} if it was killed for its timeout
 */
public record ScriptEnd(@Nullable Integer exitCode) {

    public boolean timedOut() {
        return exitCode == null;
    }
}
