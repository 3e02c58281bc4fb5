package dev.coil.viewer.archive;

import java.io.IOException;

/** An archive that is damaged, or larger than is read here. The message says which, for a person, and goes on behind the archive's name. */
public final class Unreadable extends IOException {

    Unreadable(String message) {
        super(message);
    }
}
