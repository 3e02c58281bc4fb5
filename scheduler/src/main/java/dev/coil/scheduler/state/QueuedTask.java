package dev.coil.scheduler.state;

import java.nio.ByteBuffer;

/**
 * A ready task that waits for a place in the space. Its entry stays when the task ends meanwhile, and is for nobody then: should the
 * task become ready again, that is another attempt, with a place of its own.
 *
 * @param readyAt by the log's clock, in milliseconds since the epoch
 */
public record QueuedTask(long serial, int task, int attempt, long readyAt) {

    byte[] encode() {
        return ByteBuffer.allocate(24)
                .putLong(serial)
                .putInt(task)
                .putInt(attempt)
                .putLong(readyAt)
                .array();
    }

    static QueuedTask decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        return new QueuedTask(in.getLong(), in.getInt(), in.getInt(), in.getLong());
    }
}
