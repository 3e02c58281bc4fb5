package dev.coil.scheduler.presence;

import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The workers that hold claims and are not present: which of them are to be given up. As long as nobody knows who is present, nobody
 * is missed; and once it is known again, everybody's grace starts over. Times are of a clock like {@link System#nanoTime()}.
 */
public final class Absentees {

    /** How long a worker that holds claims may be away after its session ended. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How long workers may be away after this process has slept: they need about two attempts to connect again. */
    private static final long AWAKENING_NANOS = TimeUnit.SECONDS.toNanos(15);

    /**
     * How long a worker that lost its session, but not its life, may take to give back what it held. It does so when it has killed what ran,
     * and nothing is charged then.
     */
    private static final long GIVING_BACK_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Map<String, WorkerInfo> known = new HashMap<>();
    private final Map<String, Long> missingSince = new HashMap<>();
    private @Nullable Long awokeAt;

    /** @param known those that were present before */
    public Absentees(Collection<WorkerInfo> known) {
        known.forEach(worker -> this.known.put(worker.incarnation(), worker));
    }

    /** An incarnation that is to be given up, and why. */
    public record Lost(String incarnation, String reason) {}

    /** This process has slept, and so has ZooKeeper, if it is within it; then all sessions end at once. */
    public void awoke(long now) {
        awokeAt = now;
    }

    /**
     * Who is to be given up now. It is said as long as the worker holds claims.
     *
     * @param held the incarnations that hold claims
     */
    public List<Lost> look(Presence.Picture picture, Set<String> held, long now) {
        if (!picture.complete()) {
            missingSince.clear();
            return List.of();
        }
        var live = new HashMap<String, WorkerInfo>();
        picture.workers().forEach(worker -> live.put(worker.incarnation(), worker));
        known.putAll(live);
        missingSince.keySet().retainAll(held);
        var lost = new ArrayList<Lost>();
        for (var incarnation : held) {
            if (live.containsKey(incarnation)) {
                missingSince.remove(incarnation);
                continue;
            }
            long since = missingSince.computeIfAbsent(incarnation, i -> now);
            var gone = known.get(incarnation);
            var successor = successor(gone, live.values());
            if (gone != null && successor != null && successor.startedAt() != gone.startedAt()) {
                lost.add(new Lost(incarnation, "the worker was restarted"));
            } else if (now - since > (successor == null ? grace(now) : GIVING_BACK_NANOS)) {
                lost.add(new Lost(incarnation, "the worker was lost"));
            }
        }
        return lost;
    }

    private long grace(long now) {
        return awokeAt != null && now - awokeAt < AWAKENING_NANOS ? AWAKENING_NANOS : GRACE_NANOS;
    }

    /** The same worker under another incarnation. */
    private static @Nullable WorkerInfo successor(@Nullable WorkerInfo gone, Collection<WorkerInfo> live) {
        return gone == null
                ? null
                : live.stream()
                        .filter(worker -> worker.worker().equals(gone.worker()))
                        .findFirst()
                        .orElse(null);
    }
}
