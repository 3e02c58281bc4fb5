package dev.coil.scheduler.state;

import java.nio.ByteBuffer;

/**
 * A run or task that waits for a place in its concurrency group.
 *
 * @param task its index; {@link #RUN} for the run itself
 * @param max how many of the group go on at once, as it said
 */
public record GroupMember(long serial, int task, int max) {

    /** Stands for a run where there are tasks otherwise. */
    public static final int RUN = -1;

    byte[] encode() {
        return ByteBuffer.allocate(16).putLong(serial).putInt(task).putInt(max).array();
    }

    static GroupMember decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        return new GroupMember(in.getLong(), in.getInt(), in.getInt());
    }
}
