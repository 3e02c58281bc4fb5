package dev.coil.scheduler.state;

import dev.coil.protocol.graph.Priority;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A line of ready tasks: those of one project that ask the same of a machine with the same priority. Within a lane the order is that in
 * which they became ready; between lanes the workers choose.
 *
 * @param classNumber of the requirement
 */
public record Lane(int classNumber, Priority priority, String project) {

    private static final Priority[] PRIORITIES = Priority.values();

    /** The key under which its number is found. */
    public byte[] encode() {
        var name = project.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + name.length)
                .putInt(classNumber)
                .put((byte) priority.ordinal())
                .put(name)
                .array();
    }

    static Lane decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        int classNumber = in.getInt();
        var priority = PRIORITIES[in.get()];
        return new Lane(
                classNumber, priority, new String(bytes, in.position(), in.remaining(), StandardCharsets.UTF_8));
    }
}
