package dev.coil.worker.execute;

import org.jspecify.annotations.Nullable;

/**
 * What a machine's owner keeps scripts to.
 *
 * @param processors on which they run
 * @param sandbox in which they run; {@code null} for none
 */
public record Confines(Processors processors, @Nullable Sandbox sandbox) {

    public static final Confines NONE = new Confines(Processors.ALL, null);
}
