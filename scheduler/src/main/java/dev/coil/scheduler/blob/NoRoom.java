package dev.coil.scheduler.blob;

import java.io.IOException;

/** The node's disk is to keep what is left of it: a blob is not taken. */
final class NoRoom extends IOException {

    NoRoom(String message) {
        super(message);
    }
}
