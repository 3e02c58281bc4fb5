package dev.coil.scheduler.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this owner has read of the checkpoints of its partition.
 *
 * @param checkpoints in the order of their positions, with their flaws
 * @param remains of those that were not finished
 * @param cut before which offset this owner has removed the commands
 */
public record KnownCheckpoints(List<Checkpoint> checkpoints, List<CheckpointScan.Remains> remains, long cut) {

    /** The newest that is of use. */
    public @Nullable Checkpoint newest() {
        var whole = whole();
        return whole.isEmpty() ? null : whole.get(whole.size() - 1);
    }

    private List<Checkpoint> whole() {
        return checkpoints.stream().filter(Checkpoint::isWhole).toList();
    }

    /** Those and further ones. */
    public KnownCheckpoints with(List<Checkpoint> more) {
        var all = new ArrayList<>(checkpoints);
        all.addAll(more);
        return new KnownCheckpoints(List.copyOf(all), remains, cut);
    }

    /** @param firstEvent the number of the first event that is still of use */
    public Keeping keeping(long firstEvent) {
        return Keeping.of(whole(), firstEvent);
    }

    /**
     * What of the topic is superfluous, and how many pieces each of them has. Only what is older than the newest two that are of use: whatever
     * of the rest another owner relies on to remove commands, those two are of use after that. Nothing that an owner of a later epoch
     * wrote, as that one knows better. One of a newer layout is for the program that knows it.
     *
     * @param layout of this program
     */
    public Map<CheckpointId, Long> superfluous(Keeping keeping, long epoch, int layout) {
        var superfluous = new LinkedHashMap<CheckpointId, Long>();
        if (keeping.kept().size() < 2) {
            return superfluous;
        }
        long older = keeping.kept().get(keeping.kept().size() - 2).position();
        for (var checkpoint : checkpoints) {
            if (!keeping.kept().contains(checkpoint)
                    && checkpoint.position() < older
                    && checkpoint.id().epoch() <= epoch
                    && checkpoint.manifest().layout() <= layout) {
                superfluous.put(checkpoint.id(), checkpoint.manifest().pieces());
            }
        }
        for (var rest : remains) {
            if (rest.id().position() < older && rest.id().epoch() <= epoch) {
                superfluous.put(rest.id(), rest.pieces());
            }
        }
        return superfluous;
    }

    /** What is left after commands and checkpoints have been removed. */
    public KnownCheckpoints without(Map<CheckpointId, Long> removed, long newCut) {
        return new KnownCheckpoints(
                checkpoints.stream()
                        .filter(checkpoint -> !removed.containsKey(checkpoint.id()))
                        .toList(),
                remains.stream().filter(rest -> !removed.containsKey(rest.id())).toList(),
                Math.max(cut, newCut));
    }

    /** The offset of the first record of any that is left; {@link Long#MAX_VALUE} if there is none. */
    public long first() {
        long first = Long.MAX_VALUE;
        for (var checkpoint : checkpoints) {
            first = Math.min(first, checkpoint.first());
        }
        for (var rest : remains) {
            first = Math.min(first, rest.first());
        }
        return first;
    }
}
