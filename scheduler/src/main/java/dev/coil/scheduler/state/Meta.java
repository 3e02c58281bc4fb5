package dev.coil.scheduler.state;

/** The single values in {@link Table#META}. A name's number is its key and is never used again for anything else. */
public enum Meta {
    /** The offset of the next command to fold. */
    POSITION(1),
    /** CRC-32C of the last folded record. */
    LAST_HASH(2),
    /** The last event's sequence number. */
    SEQ(3),
    /** The present owner's epoch: the offset of its {@code StartEpoch}. */
    EPOCH(4),
    /** The log's clock at the last folded record, in milliseconds since the epoch. */
    CLOCK(5),
    /** The last run's serial. */
    SERIAL(6),
    /** The last class's number. */
    CLASS(7),
    /** The last turn given in a queue. */
    TURN(8),
    /** The last lane's number. */
    LANE(9),
    /** When the broker took the last folded record, by its clock. */
    APPENDED(10),
    /** The number of the event from which on all that is of no run was told again; 0 if that was never done. */
    TOLD_AGAIN(16),
    /** The version of the rules in force, as {@link dev.coil.scheduler.resolver.Rules} tells it; 0 if they were never switched. */
    RULES(17),
    /** 1 since the first {@code ChangeWorkers}, by which rules change; 0 before. */
    CHANGES_TOLD(18);

    private final byte[] key;

    Meta(int number) {
        key = new byte[] {(byte) number};
    }

    public long get(State state) {
        var value = state.get(Table.META, key);
        return value == null ? 0 : value;
    }

    public void set(State state, long value) {
        state.put(Table.META, key, value);
    }

    /** Adds one and returns the new value. */
    public long next(State state) {
        long value = get(state) + 1;
        set(state, value);
        return value;
    }
}
