package dev.coil.scheduler.checkpoint;

/**
 * Which checkpoint.
 *
 * @param position the offset of the first command that is not in it
 * @param epoch of the owner that wrote it
 * @param at when it began to, by its machine's clock, in milliseconds since the epoch; so that no two of them are the same
 */
public record CheckpointId(long position, long epoch, long at) {

    /** @throws IllegalArgumentException if it is none */
    static CheckpointId parse(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + text + "' is no checkpoint's id");
        }
        return new CheckpointId(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    @Override
    public String toString() {
        return position + "." + epoch + "." + at;
    }
}
