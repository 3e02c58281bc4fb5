package dev.coil.scheduler.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * Which checkpoints are kept, and from where on commands are.
 *
 * <pre>
 *   commands   ······[──────────────────────────────────────────────▶
 *   checkpoints   ✕   base        next      ✕      older   newest
 *   events     ··········[first that is of use───────────────────────▶
 * </pre>
 *
 * The newest two are for an owner without a store. Commands go together with the events that they tell: the base is the newest
 * checkpoint that tells no event which is still of use, so that everything that is of use can be told anew from it; and it is never the newest
 * of all, so that no command is removed on the strength of one checkpoint alone. The one next to the base becomes it in time.
 *
 * @param kept in the order of their positions
 * @param cut commands before this offset are not needed; 0 if all are
 */
public record Keeping(List<Checkpoint> kept, long cut) {

    /**
     * @param whole those that were read back and fit the command log, in the order of their positions
     * @param firstEvent the number of the first event that is still of use; 0 if all are
     */
    public static Keeping of(List<Checkpoint> whole, long firstEvent) {
        int last = whole.size() - 1;
        int base = -1;
        for (int i = 0; i < last; i++) {
            if (whole.get(i).manifest().lastEvent() < firstEvent) {
                base = i;
            }
        }
        var kept = new ArrayList<Checkpoint>();
        for (int i = 0; i <= last; i++) {
            if (i == base || i == base + 1 || i >= last - 1) {
                kept.add(whole.get(i));
            }
        }
        // The command before it stays: by that one it is known to be of this very log.
        return new Keeping(List.copyOf(kept), base < 0 ? 0 : whole.get(base).position() - 1);
    }
}
