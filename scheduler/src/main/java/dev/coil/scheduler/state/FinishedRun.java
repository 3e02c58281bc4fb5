package dev.coil.scheduler.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A run of which every task has ended.
 *
 * @param at when the last one did, by the log's clock, in milliseconds since the epoch
 */
public record FinishedRun(String project, int number, long at) {

    byte[] encode() {
        var name = project.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(12 + name.length)
                .putLong(at)
                .putInt(number)
                .put(name)
                .array();
    }

    static FinishedRun decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        long at = in.getLong();
        int number = in.getInt();
        return new FinishedRun(new String(bytes, in.position(), in.remaining(), StandardCharsets.UTF_8), number, at);
    }
}
