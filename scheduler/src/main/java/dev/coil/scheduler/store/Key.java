package dev.coil.scheduler.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key in hash tables. The usual hash of an array maps the consecutive numbers that most keys end with onto few values; this is FNV-1a
 * with a final mix.
 */
final class Key {

    private final byte[] bytes;
    private final int hash;

    Key(byte[] bytes) {
        this.bytes = bytes;
        long mixed = 0xcbf29ce484222325L;
        for (byte b : bytes) {
            mixed = (mixed ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = (int) (mixed ^ (mixed >>> 32));
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
