package dev.coil.scheduler.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** Keys whose byte order is the order wanted of a scan. */
public final class Keys {

    private Keys() {}

    public static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    public static byte[] number(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    public static byte[] runNumber(String project, int run) {
        var name = text(project);
        return ByteBuffer.allocate(name.length + 5)
                .put(name)
                .put((byte) 0)
                .putInt(run)
                .array();
    }

    public static byte[] task(long serial, int task) {
        return ByteBuffer.allocate(12).putLong(serial).putInt(task).array();
    }

    public static byte[] dependent(long serial, int task, int dependent) {
        return ByteBuffer.allocate(16)
                .putLong(serial)
                .putInt(task)
                .putInt(dependent)
                .array();
    }

    /** The last number of a key: the task of a {@link #task} key, the dependent of a {@link #dependent} key. */
    public static int last(byte[] key) {
        return ByteBuffer.wrap(key).getInt(key.length - 4);
    }

    /** The prefix of a class's queue and outstanding tasks of one priority. */
    public static byte[] lane(int classNumber, int priority) {
        return ByteBuffer.allocate(5).putInt(classNumber).put((byte) priority).array();
    }

    public static byte[] queued(int classNumber, int priority, long turn) {
        return ByteBuffer.allocate(13)
                .putInt(classNumber)
                .put((byte) priority)
                .putLong(turn)
                .array();
    }

    public static byte[] outstanding(int classNumber, int priority, long serial, int task) {
        return ByteBuffer.allocate(17)
                .putInt(classNumber)
                .put((byte) priority)
                .putLong(serial)
                .putInt(task)
                .array();
    }

    /** The prefix of an incarnation's claims. */
    public static byte[] claims(String incarnation) {
        var name = text(incarnation);
        return ByteBuffer.allocate(name.length + 1).put(name).put((byte) 0).array();
    }

    public static byte[] claim(String incarnation, long serial, int task) {
        var name = text(incarnation);
        return ByteBuffer.allocate(name.length + 13)
                .put(name)
                .put((byte) 0)
                .putLong(serial)
                .putInt(task)
                .array();
    }
}
