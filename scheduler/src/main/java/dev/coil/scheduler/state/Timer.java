package dev.coil.scheduler.state;

import java.nio.ByteBuffer;

/**
 * A timer of a task.
 *
 * @param due in milliseconds since the epoch, by the log's clock
 * @param attempt that it was set in
 */
public record Timer(long due, Kind kind, long serial, int task, int attempt) {

    private static final Kind[] KINDS = Kind.values();

    /** What happens when it is due. */
    public enum Kind {
        /** The task has waited too long for a worker. */
        QUEUE,
        /** The attempt runs on although its worker should have stopped it. */
        RUN,
        /** The pause before another attempt is over. */
        RETRY
    }

    /** The timer that a task has in its present status. */
    public static Timer of(TaskState task, long serial, int index) {
        var kind =
                switch (task.status()) {
                    case READY -> Kind.QUEUE;
                    case RUNNING -> Kind.RUN;
                    case WAITING -> Kind.RETRY;
                    case BLOCKED, FINISHED ->
                        throw new IllegalStateException("a " + task.status() + " task has no timer");
                };
        return new Timer(task.timer(), kind, serial, index, task.attempt());
    }

    public void set(State state) {
        state.put(Table.TIMERS, key(), due);
    }

    public void clear(State state) {
        state.delete(Table.TIMERS, key());
    }

    public boolean isSet(State state) {
        return state.get(Table.TIMERS, key()) != null;
    }

    /** Its id in {@code FireTimer} commands. */
    public String id() {
        return kind + "/" + serial + "/" + task + "/" + attempt + "/" + due;
    }

    public static Timer parse(String id) {
        var parts = id.split("/");
        return new Timer(
                Long.parseLong(parts[4]),
                Kind.valueOf(parts[0]),
                Long.parseLong(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]));
    }

    private byte[] key() {
        return ByteBuffer.allocate(25)
                .putLong(due)
                .put((byte) kind.ordinal())
                .putLong(serial)
                .putInt(task)
                .putInt(attempt)
                .array();
    }

    public static Timer ofKey(byte[] key) {
        var in = ByteBuffer.wrap(key);
        return new Timer(in.getLong(), KINDS[in.get()], in.getLong(), in.getInt(), in.getInt());
    }
}
