package dev.coil.scheduler.owner;

/**
 * When a partition's state is written to Kafka.
 *
 * @param commands after so many commands since the last time; after more of them if there are more entries, so that writing the state
 *     stays in proportion to folding
 */
public record CheckpointPolicy(long commands) {

    /** Of {@link #commands}: it is not written, and all commands are kept. */
    public static final long NEVER = Long.MAX_VALUE;

    /** About as many as are folded in some seconds, and in 40 MB. */
    public static final CheckpointPolicy STANDARD = new CheckpointPolicy(100_000);

    /** @throws IllegalArgumentException with the setting that cannot be */
    public CheckpointPolicy {
        if (commands < 1) {
            throw new IllegalArgumentException(
                    "the commands between checkpoints are " + commands + ": expected 1 or more");
        }
    }

    /** An entry is written in a fraction of the time that a command takes. */
    private static final long ENTRIES_PER_COMMAND = 2;

    /** @param since how many commands after the last one @param entries how many that has */
    boolean isDue(long since, long entries) {
        return commands != NEVER && since >= Math.max(commands, entries / ENTRIES_PER_COMMAND);
    }
}
