package dev.coil.protocol.space;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ready tasks that other parties could take as well, and for how long this one leaves them to those. A party is whoever claims: a
 * worker for itself, or a gateway for all the workers that are present through it. Each class of tasks is matched once with the
 * workers of a moment. Not thread-safe.
 */
public final class Ranks {

    /** A party that came first and takes nothing for so long is as good as gone. */
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** What decides who may take a task; without the last three where no worker's owner has rules. */
    private record Alike(Requirement requirement, String project, String ref, String event) {}

    /** So many are remembered. */
    private static final int MOST = 10_000;

    /** Nobody's reluctance lasts longer. */
    public static final long MOST_RELUCTANT_MILLIS = 50;

    /** To whom a task went wrong leaves it to others for so long. */
    private static final long AVOIDANCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int MOST_AVOIDED = 1_000;

    /** For how long a party leaves a task to others beyond what its rank says. */
    @FunctionalInterface
    public interface Reluctance {
        Reluctance NONE = task -> 0;

        /** In milliseconds. */
        long millis(ReadyTask task);
    }

    /** By how much others come before this party, and until when it waits for them. */
    private record Deference(long delayMillis, long untilNanos) {}

    private final Supplier<List<WorkerInfo>> workers;
    private final LongSupplier nanos;
    private List<WorkerInfo> moment = List.of();
    /** Those who match tasks that are alike to all of them. */
    private final Map<Alike, Set<String>> matching = new HashMap<>();

    private boolean haveRules;
    private final Map<TaskRef, Deference> leftToOthers = new HashMap<>();

    /** Tasks that ended with an error here, and since when. */
    private final Map<TaskRef, Long> avoided = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TaskRef, Long> eldest) {
            return size() > MOST_AVOIDED;
        }
    };

    /**
     * For the workers of a fleet.
     *
     * @param workers those that are present; the same list as long as nothing changed
     * @param nanos a clock like {@link System#nanoTime()}
     */
    public Ranks(Supplier<List<WorkerInfo>> workers, LongSupplier nanos) {
        this.workers = workers;
        this.nanos = nanos;
    }

    /** The name of the party that claims for a worker: the gateway's id, or the worker's incarnation. */
    public static String party(WorkerInfo worker) {
        return worker.gateway() == null ? worker.incarnation() : worker.gateway();
    }

    /**
     * The task became ready: {@code me} finds its place among those who match it.
     *
     * @param me the name of a party
     */
    public void take(ReadyTask task, String me) {
        var parties = whoMatches(task);
        if (parties.size() < 2 && (parties.isEmpty() || parties.contains(me))) {
            leftToOthers.remove(task.ref());
            return;
        }
        long delay = Claimants.delayMillis(task.ref(), me, parties);
        long now = nanos.getAsLong();
        long until = now + TimeUnit.MILLISECONDS.toNanos(delay);
        var since = avoided.get(task.ref());
        leftToOthers.put(
                task.ref(), new Deference(delay, since == null ? until : Math.max(until, since + AVOIDANCE_NANOS)));
    }

    /** The task ended with an error of the infrastructure here: others that match it have their chance first. */
    public void avoid(TaskRef task) {
        avoided.put(task, nanos.getAsLong());
    }

    private Set<String> whoMatches(ReadyTask task) {
        var present = workers.get();
        if (present.size() < 2) {
            return Set.of();
        }
        if (present != moment) {
            moment = present;
            haveRules = present.stream().anyMatch(worker -> worker.rules() != null);
            matching.clear();
        }
        if (matching.size() > MOST) {
            matching.clear();
        }
        return matching.computeIfAbsent(alike(task), this::whoMatches);
    }

    private Alike alike(ReadyTask task) {
        return haveRules
                ? new Alike(
                        task.requirement(),
                        task.project(),
                        task.source().ref(),
                        task.source().event())
                : new Alike(task.requirement(), "", "", "");
    }

    private Set<String> whoMatches(Alike task) {
        var parties = new HashSet<String>();
        for (var worker : moment) {
            var party = party(worker);
            if (worker.takesMore()
                    && !parties.contains(party)
                    && task.requirement().isMetBy(worker.attributes())
                    && worker.mayTake(task.project(), task.ref(), task.event())) {
                parties.add(party);
            }
        }
        return parties;
    }

    /** Whether no other party comes before this one, or those that do have left the task for long. */
    public boolean isFirst(ReadyTask task) {
        var deference = leftToOthers.get(task.ref());
        return deference == null
                || deference.delayMillis() == 0
                || waitNanos(deference, nanos.getAsLong()) < -LONG_NANOS;
    }

    public void forget(TaskRef task) {
        leftToOthers.remove(task);
    }

    /** How many tasks others could take as well. */
    public int size() {
        return leftToOthers.size();
    }

    /**
     * Those that are not left to others at this moment. Within a priority, those come first for which this party does: parties that
     * become free at the same moment would otherwise all reach for the same oldest task.
     *
     * @param best in order
     */
    public List<ReadyTask> claimable(List<ReadyTask> best) {
        return claimable(best, Reluctance.NONE);
    }

    /**
     * The same of a party that has its reasons to leave tasks to others for a little longer.
     *
     * @param reluctance is asked of tasks that others match, too, and that came less than {@link #MOST_RELUCTANT_MILLIS} ago
     */
    public List<ReadyTask> claimable(List<ReadyTask> best, Reluctance reluctance) {
        if (leftToOthers.isEmpty()) {
            return best;
        }
        long now = nanos.getAsLong();
        return best.stream()
                .filter(task -> isOver(task, reluctance, now))
                .sorted(Comparator.comparing(ReadyTask::priority).thenComparingLong(this::rank))
                .toList();
    }

    private boolean isOver(ReadyTask task, Reluctance reluctance, long now) {
        var deference = leftToOthers.get(task.ref());
        long wait = waitNanos(deference, now);
        if (wait > 0 || deference == null || wait <= -TimeUnit.MILLISECONDS.toNanos(MOST_RELUCTANT_MILLIS)) {
            return wait <= 0;
        }
        return wait + TimeUnit.MILLISECONDS.toNanos(reluctance.millis(task)) <= 0;
    }

    private static long waitNanos(@Nullable Deference deference, long now) {
        return deference == null ? 0 : deference.untilNanos() - now;
    }

    private long rank(ReadyTask task) {
        var deference = leftToOthers.get(task.ref());
        return deference == null ? 0 : deference.delayMillis();
    }

    /**
     * In how many milliseconds the next wait is over, but at most {@code most}.
     *
     * @param reluctances by what a wait may be longer than the rank says
     */
    public long millisToNext(long most, long... reluctances) {
        long now = nanos.getAsLong();
        long next = most;
        for (var deference : leftToOthers.values()) {
            long left = waitNanos(deference, now);
            next = sooner(next, left);
            for (long reluctance : reluctances) {
                next = sooner(next, left + TimeUnit.MILLISECONDS.toNanos(reluctance));
            }
        }
        return next;
    }

    private static long sooner(long next, long leftNanos) {
        return leftNanos > 0 ? Math.min(next, TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1) : next;
    }
}
