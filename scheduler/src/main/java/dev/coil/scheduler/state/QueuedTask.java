package dev.coil.scheduler.state;

import java.nio.ByteBuffer;

/** A ready task that waits for a place in the space, and since when. */
public record QueuedTask(long serial, int task, long readyAt) {

    byte[] encode() {
        return ByteBuffer.allocate(20)
                .putLong(serial)
                .putInt(task)
                .putLong(readyAt)
                .array();
    }

    static QueuedTask decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        return new QueuedTask(in.getLong(), in.getInt(), in.getLong());
    }
}
