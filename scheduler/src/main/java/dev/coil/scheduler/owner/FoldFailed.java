package dev.coil.scheduler.owner;

/**
 * A command that cannot be folded: of a version that this program does not know, no command at all, one that leads to more than a
 * record holds, or one that a mistake in the rules meets.
 */
public final class FoldFailed extends RuntimeException {

    private final int partition;
    private final long offset;

    FoldFailed(int partition, long offset, RuntimeException cause) {
        super(
                "partition " + partition + " stops at the command at offset " + offset + ", which cannot be folded: "
                        + (cause.getMessage() == null ? cause.toString() : cause.getMessage()),
                cause);
        this.partition = partition;
        this.offset = offset;
    }

    public int partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    public boolean isAt(int otherPartition, long otherOffset) {
        return partition == otherPartition && offset == otherOffset;
    }
}
