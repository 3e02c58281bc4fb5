package dev.coil.scheduler.presence;

import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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

    /** How long if it was there through a gateway: the gateway is gone, not the worker, which has yet to find another one. */
    private static final long GATEWAY_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** How long workers may be away after this process has slept: they need about two attempts to connect again. */
    private static final long AWAKENING_NANOS = TimeUnit.SECONDS.toNanos(15);

    /**
     * How long a worker that lost its session, but not its life, may take to give back what it held. It does so when it has killed what ran,
     * and nothing is charged then.
     */
    private static final long GIVING_BACK_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How many that are gone are remembered, beside as many as are present. */
    private static final int MOST_GONE = 10_000;

    private final Map<String, WorkerInfo> known = new HashMap<>();
    private final Map<String, Long> missingSince = new HashMap<>();

    /** Of those that were there through a gateway, since when the same worker is there under another incarnation. */
    private final Map<String, Long> followedSince = new HashMap<>();

    private List<WorkerInfo> seen = List.of();
    private final Set<String> live = new HashSet<>();
    private final Map<String, WorkerInfo> byWorker = new HashMap<>();
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
            followedSince.clear();
            return List.of();
        }
        if (picture.workers() != seen) {
            see(picture.workers(), held);
        }
        missingSince.keySet().retainAll(held);
        followedSince.keySet().retainAll(missingSince.keySet());
        var lost = new ArrayList<Lost>();
        for (var incarnation : held) {
            if (live.contains(incarnation)) {
                missingSince.remove(incarnation);
                followedSince.remove(incarnation);
                continue;
            }
            var reason = whyLost(incarnation, now);
            if (reason != null) {
                lost.add(new Lost(incarnation, reason));
            }
        }
        return lost;
    }

    private void see(List<WorkerInfo> workers, Set<String> held) {
        seen = workers;
        live.clear();
        byWorker.clear();
        for (var worker : workers) {
            live.add(worker.incarnation());
            byWorker.putIfAbsent(worker.worker(), worker);
            known.put(worker.incarnation(), worker);
        }
        if (known.size() > 2 * live.size() + MOST_GONE) {
            known.keySet().removeIf(incarnation -> !live.contains(incarnation) && !held.contains(incarnation));
        }
    }

    /** Why a worker that is away is given up; {@code null} if it is not yet. */
    private @Nullable String whyLost(String incarnation, long now) {
        long since = missingSince.computeIfAbsent(incarnation, i -> now);
        var gone = known.get(incarnation);
        boolean ofGateway = gone != null && gone.gateway() != null;
        var successor = gone == null ? null : byWorker.get(gone.worker());
        if (gone == null || successor == null) {
            followedSince.remove(incarnation);
            return now - since > (ofGateway ? GATEWAY_NANOS : grace(now)) ? "the worker was lost" : null;
        }
        if (successor.startedAt() != gone.startedAt()) {
            return "the worker was restarted";
        }
        // It had to find another gateway first, and speaks of what it holds when it has.
        long from = ofGateway ? followedSince.computeIfAbsent(incarnation, i -> now) : since;
        return now - from > GIVING_BACK_NANOS ? "the worker was lost" : null;
    }

    private long grace(long now) {
        return awokeAt != null && now - awokeAt < AWAKENING_NANOS ? AWAKENING_NANOS : GRACE_NANOS;
    }
}
