package dev.coil.protocol.space;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ready tasks for which other parties come before this one, and for how long it leaves them to those. A party is whoever claims: a
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

    /** By how much others come before this party, and until when it waits for them. */
    private record Deference(long delayMillis, long untilNanos) {}

    private final Supplier<List<WorkerInfo>> workers;
    private final LongSupplier nanos;
    private List<WorkerInfo> moment = List.of();
    /** Those who match tasks that are alike to all of them. */
    private final Map<Alike, Set<String>> matching = new HashMap<>();

    private boolean haveRules;
    private final Map<TaskRef, Deference> leftToOthers = new HashMap<>();

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
        long delay = delayMillis(task, me);
        if (delay > 0) {
            var until = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(delay);
            leftToOthers.put(task.ref(), new Deference(delay, until));
        } else {
            leftToOthers.remove(task.ref());
        }
    }

    private long delayMillis(ReadyTask task, String me) {
        var present = workers.get();
        if (present.size() < 2) {
            return 0;
        }
        if (present != moment) {
            moment = present;
            haveRules = present.stream().anyMatch(worker -> worker.rules() != null);
            matching.clear();
        }
        if (matching.size() > MOST) {
            matching.clear();
        }
        return Claimants.delayMillis(task.ref(), me, matching.computeIfAbsent(alike(task), this::whoMatches));
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
        return deference == null || waitNanos(deference, nanos.getAsLong()) < -LONG_NANOS;
    }

    public void forget(TaskRef task) {
        leftToOthers.remove(task);
    }

    /** How many tasks are, or were for a while, left to others. */
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
        if (leftToOthers.isEmpty()) {
            return best;
        }
        long now = nanos.getAsLong();
        return best.stream()
                .filter(task -> waitNanos(leftToOthers.get(task.ref()), now) <= 0)
                .sorted(Comparator.comparing(ReadyTask::priority).thenComparingLong(this::rank))
                .toList();
    }

    private static long waitNanos(@Nullable Deference deference, long now) {
        return deference == null ? 0 : deference.untilNanos() - now;
    }

    private long rank(ReadyTask task) {
        var deference = leftToOthers.get(task.ref());
        return deference == null ? 0 : deference.delayMillis();
    }

    /** In how many milliseconds the next wait is over, but at most {@code most}. */
    public long millisToNext(long most) {
        long now = nanos.getAsLong();
        long next = most;
        for (var deference : leftToOthers.values()) {
            long left = waitNanos(deference, now);
            if (left > 0) {
                next = Math.min(next, TimeUnit.NANOSECONDS.toMillis(left) + 1);
            }
        }
        return next;
    }
}
