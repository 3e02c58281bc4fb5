package dev.coil.scheduler.checkpoint;

/**
 * A checkpoint that is in the topic, with its manifest.
 *
 * @param first the offset of its first record there
 * @param last the offset of its manifest there
 * @param flaw why it is not what its manifest says; empty if it is
 */
public record Checkpoint(Manifest manifest, long first, long last, String flaw) {

    public CheckpointId id() {
        return manifest.id();
    }

    /** The offset of the first command that is not in it. */
    public long position() {
        return manifest.id().position();
    }

    /** Whether it was read as it was written. */
    public boolean isWhole() {
        return flaw.isEmpty();
    }

    /** The same, which is of no use for this reason. */
    public Checkpoint flawed(String reason) {
        return new Checkpoint(manifest, first, last, reason);
    }
}
