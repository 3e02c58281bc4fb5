package dev.coil.scheduler.checkpoint;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a new store is made of: a checkpoint, or nothing, if the command log goes back to its first command. The events that the commands
 * before it tell are not told again; so they have to be in the event log.
 */
public record Origin(@Nullable Checkpoint checkpoint) {

    /**
     * What there is of the event log.
     *
     * @param last the number of the last event; 0 if there is none
     * @param begunAnew whether it never had any
     */
    public record Events(long last, boolean begunAnew) {}

    /**
     * Chooses the newest that is of use.
     *
     * @param checkpoints in the order of their positions, each with the reason why it is of no use
     * @param begin the offset of the first command that is left
     * @return nothing if none is
     */
    public static Optional<Origin> choose(List<Checkpoint> checkpoints, long begin, Events events) {
        for (int i = checkpoints.size() - 1; i >= 0; i--) {
            var checkpoint = checkpoints.get(i);
            if (checkpoint.isWhole() && checkpoint.manifest().lastEvent() <= events.last()) {
                return Optional.of(new Origin(checkpoint));
            }
        }
        if (begin == 0) {
            return Optional.of(new Origin(null));
        }
        // All that can be told anew, and by the way in which commands are removed all that is of use, comes after the
        // oldest.
        return events.begunAnew()
                ? checkpoints.stream().filter(Checkpoint::isWhole).findFirst().map(Origin::new)
                : Optional.empty();
    }
}
