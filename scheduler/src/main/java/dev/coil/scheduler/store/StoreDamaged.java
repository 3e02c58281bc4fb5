package dev.coil.scheduler.store;

import java.io.IOException;

/** The files of a store are not what was written. The command log has all that was in it. */
public final class StoreDamaged extends IOException {
    StoreDamaged(String message, Throwable cause) {
        super(message, cause);
    }
}
