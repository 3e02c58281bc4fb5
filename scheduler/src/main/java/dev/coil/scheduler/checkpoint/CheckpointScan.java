package dev.coil.scheduler.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds checkpoints among the records of a partition, in one go, and compares each with its manifest. */
public final class CheckpointScan {

    private final Map<CheckpointId, Track> open = new LinkedHashMap<>();
    private final List<Checkpoint> found = new ArrayList<>();

    /**
     * What is there.
     *
     * @param checkpoints those with a manifest, in the order of their positions
     * @param remains what there is of others, which were not written to the end
     */
    public record Content(List<Checkpoint> checkpoints, List<Remains> remains) {}

    /**
     * Pieces without a manifest, of a checkpoint that was not finished or is being written.
     *
     * @param first the offset of the first of them
     * @param pieces how many there are at most
     */
    public record Remains(CheckpointId id, long first, long pieces) {}

    /** What was read of one checkpoint. */
    private static final class Track {
        private final long first;
        private final EntryReader entries = new EntryReader((key, value) -> {});
        private long pieces;

        Track(long first) {
            this.first = first;
        }
    }

    /** Takes the next record. */
    void take(long offset, CheckpointRecord record) {
        if (record instanceof CheckpointRecord.Piece piece) {
            var track = open.computeIfAbsent(piece.id(), id -> new Track(offset));
            track.pieces = Math.max(track.pieces, piece.number() + 1);
            track.entries.take(piece.number(), piece.bytes());
        } else if (record instanceof CheckpointRecord.End end) {
            var track = open.remove(end.id());
            var flaw = track == null ? "its pieces are missing" : track.entries.end(end.manifest());
            found.add(new Checkpoint(end.manifest(), track == null ? offset : track.first, offset, flaw));
        } else if (record instanceof CheckpointRecord.Removed removed) {
            open.remove(removed.id());
            found.removeIf(checkpoint -> checkpoint.id().equals(removed.id()));
        }
    }

    /** To be called when all have been taken. */
    Content end() {
        var remains = new ArrayList<Remains>();
        open.forEach((id, track) -> remains.add(new Remains(id, track.first, track.pieces)));
        found.sort(Comparator.comparingLong(Checkpoint::position));
        return new Content(List.copyOf(found), List.copyOf(remains));
    }
}
