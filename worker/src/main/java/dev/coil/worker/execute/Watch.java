package dev.coil.worker.execute;

import dev.coil.worker.execute.ScriptEnd.Violation;
import org.jspecify.annotations.Nullable;

/** Has an eye on a task while it runs. For one thread. */
interface Watch extends AutoCloseable {

    /** Called about twice a second; takes no time worth mentioning. */
    @Nullable
    Violation look();

    @Override
    default void close() {}
}
