package dev.coil.scheduler.state;

import java.nio.ByteBuffer;

/**
 * A ready task that is in the space.
 *
 * @param turn its place in its lane's queue, should it have to go back there
 * @param readyAt by the log's clock, in milliseconds since the epoch
 */
public record PublishedTask(int attempt, long turn, long readyAt) {

    byte[] encode() {
        return ByteBuffer.allocate(20)
                .putInt(attempt)
                .putLong(turn)
                .putLong(readyAt)
                .array();
    }

    static PublishedTask decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        return new PublishedTask(in.getInt(), in.getLong(), in.getLong());
    }
}
