package dev.coil.ops.damage;

import java.nio.file.Path;

/**
 * A place in a topic's file that is not what was written.
 *
 * @param topic whose file it is
 * @param file of one partition of it
 * @param position of the first record batch that cannot be read, in bytes
 * @param atTheEnd whether nothing that can be read follows
 */
public record Damage(String topic, Path file, long position, boolean atTheEnd) {

    /** The partition's directory. */
    public Path partition() {
        return file.toAbsolutePath().getParent();
    }

    @Override
    public String toString() {
        return topic + " is damaged" + (atTheEnd ? " at its end" : "") + " (" + file + " from byte " + position + ")";
    }
}
