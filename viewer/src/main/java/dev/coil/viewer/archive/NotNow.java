package dev.coil.viewer.archive;

import java.io.IOException;

/** An archive that cannot be opened at the moment. The message says why, for a person. */
public final class NotNow extends IOException {

    NotNow(String message) {
        super(message);
    }
}
