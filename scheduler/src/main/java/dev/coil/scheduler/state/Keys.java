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

    /** What a {@link #number(long)} key is of. */
    public static long number(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
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

    /** Of what is found by when it happened. */
    public static byte[] at(long millis, long serial) {
        return ByteBuffer.allocate(16).putLong(millis).putLong(serial).array();
    }

    public static byte[] dependent(long serial, int task, int dependent) {
        return ByteBuffer.allocate(16)
                .putLong(serial)
                .putInt(task)
                .putInt(dependent)
                .array();
    }

    /** The last number of a key: the task of a {@link #task}, {@link #outstanding} or {@link #holder} key, the dependent of a {@link #dependent} key. */
    public static int last(byte[] key) {
        return ByteBuffer.wrap(key).getInt(key.length - 4);
    }

    /** The prefix of a lane's queue and of its outstanding tasks. */
    public static byte[] lane(int lane) {
        return ByteBuffer.allocate(4).putInt(lane).array();
    }

    /** The turn of a {@link #queued} key. */
    public static long turn(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - 8);
    }

    public static byte[] queued(int lane, long turn) {
        return ByteBuffer.allocate(12).putInt(lane).putLong(turn).array();
    }

    public static byte[] outstanding(int lane, long serial, int task) {
        return ByteBuffer.allocate(16).putInt(lane).putLong(serial).putInt(task).array();
    }

    /** The prefix of a project's concurrency group: of its runs, or of its tasks. */
    public static byte[] group(boolean runs, String project, String group) {
        var name = text(project);
        var rest = text(group);
        return ByteBuffer.allocate(name.length + rest.length + 3)
                .put((byte) (runs ? 'r' : 't'))
                .put(name)
                .put((byte) 0)
                .put(rest)
                .put((byte) 0)
                .array();
    }

    public static byte[] holder(byte[] group, long serial, int task) {
        return ByteBuffer.allocate(group.length + 12)
                .put(group)
                .putLong(serial)
                .putInt(task)
                .array();
    }

    public static byte[] inLine(byte[] group, long turn) {
        return ByteBuffer.allocate(group.length + 8).put(group).putLong(turn).array();
    }

    /** The number before the last one of such a key: the run's serial. */
    public static long serial(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - 12);
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
