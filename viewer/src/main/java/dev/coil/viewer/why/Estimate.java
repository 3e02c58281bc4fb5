package dev.coil.viewer.why;

import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.Capacity;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Hold;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskPhase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * About how long it takes until a task starts, by how long tasks like those before it took. A rough guess of a plan: what is there is
 * put on slots in the order of the line. Memory and disk, failures and what is still to come are not in it.
 */
final class Estimate {

    static final long UNKNOWN = -1;

    /** The end of what nobody knows how long it takes. */
    private static final long NEVER = Long.MAX_VALUE / 4;

    /** Steps of a plan; what would take more is divided by the slots instead. */
    private static final long MOST_STEPS = 5_000_000;

    private final Projection projection;
    private final Fleet fleet;
    private final Durations durations;
    private final long now;

    Estimate(Projection projection, Fleet fleet, long now) {
        this.projection = projection;
        this.fleet = fleet;
        durations = new Durations(projection);
        this.now = now;
    }

    /** Of a ready task: in how many milliseconds a worker will have room for it. */
    long ofReady(Waiter mine, List<WorkerInfo> open, List<Waiter> ahead) {
        var known = ahead.stream()
                .map(waiter -> durations.of(waiter.of(), waiter.task()))
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .average();
        if (!ahead.isEmpty() && known.isEmpty()) {
            return UNKNOWN;
        }
        var machines = open.stream().map(Machine::new).toList();
        if ((long) ahead.size() * machines.size() > MOST_STEPS) {
            return divided(machines, ahead, known);
        }
        for (var waiter : ahead) {
            var usual = durations.of(waiter.of(), waiter.task());
            var machine = first(machines, waiter);
            if (machine != null) {
                machine.run(waiter.resources(), usual == null ? (long) known.orElse(0) : usual);
            }
        }
        var machine = first(machines, mine);
        long start = machine == null ? NEVER : machine.start(mine.resources());
        return start >= NEVER ? UNKNOWN : start;
    }

    private static @Nullable Machine first(List<Machine> machines, Waiter waiter) {
        Machine first = null;
        for (var machine : machines) {
            if (waiter.requirement().isMetBy(machine.worker.attributes())
                    && (first == null || machine.start(waiter.resources()) < first.start(waiter.resources()))) {
                first = machine;
            }
        }
        return first;
    }

    private static long divided(List<Machine> machines, List<Waiter> ahead, OptionalDouble known) {
        long slots = machines.stream().mapToLong(machine -> machine.free.length).sum();
        return (long) (known.orElse(0) * ahead.size() / Math.max(1, slots));
    }

    /** When the slots of a worker become free. */
    private final class Machine {
        final WorkerInfo worker;
        final Capacity whole;
        final long[] free;

        Machine(WorkerInfo worker) {
            this.worker = worker;
            whole = Capacity.of(worker);
            free = new long[Math.max(1, worker.slots())];
            for (var task : fleet.running(worker)) {
                var left = durations.left(task, now);
                run(task.resources(), left == null ? NEVER : left);
            }
        }

        /** When it has room for such a task. */
        long start(Resources resources) {
            return free[Math.min(free.length, whole.slots(resources)) - 1];
        }

        void run(Resources resources, long millis) {
            int slots = Math.min(free.length, whole.slots(resources));
            Arrays.fill(free, 0, slots, Math.min(NEVER, free[slots - 1] + millis));
            Arrays.sort(free);
        }
    }

    /** Of a task that waits for a place in a group: when those that have one, and those before it, will have ended. */
    long ofGroup(GroupPlace place) {
        var ends = new PriorityQueue<Long>();
        for (var holder : place.holders()) {
            var left = left(holder);
            if (left == null) {
                return UNKNOWN;
            }
            ends.add(left);
        }
        for (var other : place.before()) {
            var usual = usual(other);
            if (ends.isEmpty() || usual == null) {
                return UNKNOWN;
            }
            ends.add(ends.remove() + usual);
        }
        return ends.isEmpty() ? UNKNOWN : ends.remove();
    }

    private @Nullable Long usual(TaskRef ref) {
        var run = projection.run(ref.project(), ref.run());
        return run == null ? null : durations.of(run, ref.task());
    }

    /** What is left of a task that has a place, as if it started now where it has not. */
    private @Nullable Long left(TaskRef ref) {
        var run = projection.run(ref.project(), ref.run());
        return run == null ? null : left(run, ref.task());
    }

    private @Nullable Long left(RunState run, int task) {
        var usual = durations.of(run, task);
        var attempt = run.task(task).latestAttempt();
        return usual == null || run.task(task).phase() != TaskPhase.RUNNING || attempt == null
                ? usual
                : Long.valueOf(Math.max(0, attempt.startedAt() + usual - now));
    }

    /**
     * When all that a task needs will have ended: by the longest way through what has not, but at least as long as that is work for the
     * slots that could do it.
     */
    long ofNeeds(RunState run, int task) {
        var ends = new HashMap<Integer, Long>();
        var work = new HashMap<String, Long>();
        for (int need : closure(run, task)) {
            var usual = left(run, need);
            long start = start(run, need, ends);
            if (usual == null || start == UNKNOWN) {
                return UNKNOWN;
            }
            ends.put(need, start + usual);
            work.merge(run.facts(need).requirement(), usual, Long::sum);
        }
        long end = OpenNeeds.of(run, task).stream().mapToLong(ends::get).max().orElse(0);
        for (var some : work.entrySet()) {
            end = Math.max(end, some.getValue() / Math.max(1, slots(some.getKey())));
        }
        return end;
    }

    private long slots(String requirement) {
        return fleet.open(dev.coil.protocol.tuple.Requirement.parse(requirement)).stream()
                .mapToLong(WorkerInfo::slots)
                .sum();
    }

    /** Everything that has to end before a task, each behind what it needs itself. */
    private static List<Integer> closure(RunState run, int task) {
        record Step(int task, boolean isLeft) {}
        var ordered = new ArrayList<Integer>();
        var seen = new HashMap<Integer, Boolean>();
        var steps = new ArrayDeque<Step>();
        OpenNeeds.of(run, task).forEach(need -> steps.push(new Step(need, false)));
        for (var step = steps.poll(); step != null; step = steps.poll()) {
            if (step.isLeft()) {
                ordered.add(step.task());
            } else if (seen.putIfAbsent(step.task(), true) == null) {
                steps.push(new Step(step.task(), true));
                if (run.task(step.task()).phase() == TaskPhase.WAITING) {
                    OpenNeeds.of(run, step.task()).forEach(need -> steps.push(new Step(need, false)));
                }
            }
        }
        return ordered;
    }

    private final Map<String, Long> waits = new HashMap<>();

    private long start(RunState run, int task, Map<Integer, Long> ends) {
        var state = run.task(task);
        return switch (state.phase()) {
            case RUNNING, FINISHED -> 0;
            case READY -> waits.computeIfAbsent(kind(run, task), kind -> ofOneReady(run, last(run, task)));
            case WAITING -> {
                var hold = state.hold();
                if (hold != null) {
                    yield hold.kind() == Hold.Kind.PAUSE ? Math.max(0, hold.until() - now) : UNKNOWN;
                }
                yield OpenNeeds.of(run, task).stream()
                        .mapToLong(need -> ends.getOrDefault(need, 0L))
                        .max()
                        .orElse(0);
            }
        };
    }

    /** Ready tasks of a run that ask the same stand in one line. */
    private static String kind(RunState run, int task) {
        var facts = run.facts(task);
        return facts.priority() + " " + facts.resources() + " " + facts.requirement();
    }

    /** The one of them that comes last. */
    private static int last(RunState run, int task) {
        var kind = kind(run, task);
        int last = task;
        for (int i = 0; i < run.size(); i++) {
            if (run.task(i).phase() == TaskPhase.READY
                    && run.task(i).readyAt() >= run.task(last).readyAt()
                    && kind(run, i).equals(kind)) {
                last = i;
            }
        }
        return last;
    }

    private long ofOneReady(RunState run, int task) {
        var mine = Waiter.of(run, task);
        var open = fleet.open(mine.requirement());
        if (run.pause(task) != null || open.isEmpty()) {
            return UNKNOWN;
        }
        var place = new Line(projection, fleet, open, mine).best(open);
        return ofReady(mine, open, place.ahead());
    }
}
