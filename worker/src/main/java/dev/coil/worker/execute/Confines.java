package dev.coil.worker.execute;

import dev.coil.worker.host.TaskUser;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's owner keeps scripts to.
 *
 * @param processors on which they run
 * @param user as whom they run; {@code null} for the worker's own
 * @param sandbox in which they run; {@code null} for none
 */
public record Confines(
        Processors processors,
        @Nullable TaskUser user,
        @Nullable Sandbox sandbox) {

    public static final Confines NONE = new Confines(Processors.ALL, null, null);
}
