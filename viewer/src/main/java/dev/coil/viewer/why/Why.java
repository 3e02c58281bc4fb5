package dev.coil.viewer.why;

import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.Veto;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.RunningTask;
import dev.coil.viewer.projection.TaskPhase;
import dev.coil.viewer.why.Reason.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out why a task waits. For one question: what it looks up, it keeps. */
public final class Why {

    /** How many tasks or workers a sentence names. */
    private static final int NAMED = 3;

    private final Projection projection;
    private final long now;
    private final Durations durations;
    private final Map<String, Requirement> requirements = new HashMap<>();

    /** @param now by the log's clock, in milliseconds since the epoch */
    public Why(Projection projection, long now) {
        this.projection = projection;
        this.now = now;
        durations = new Durations(projection);
    }

    public Answer of(RunState run, int task) {
        return switch (run.task(task).phase()) {
            case RUNNING, FINISHED -> new Answer(List.of(), 0, Answer.UNKNOWN);
            case WAITING -> waiting(run, task);
            case READY -> ready(run, task);
        };
    }

    private Answer waiting(RunState run, int task) {
        var queued = run.head().queued();
        if (queued != null) {
            return Answer.of(new Reason(Kind.RUN_QUEUED, "its run " + queued));
        }
        var hold = run.task(task).hold();
        if (hold == null) {
            return Answer.of(new Reason(Kind.NEEDS, needs(run, task)));
        }
        return switch (hold.kind()) {
            case GROUP -> Answer.of(new Reason(Kind.GROUP, hold.text()));
            case PAUSE -> {
                long left = Math.max(0, hold.until() - now);
                yield new Answer(List.of(new Reason(Kind.PAUSE, hold.text())), 0, left);
            }
        };
    }

    private static String needs(RunState run, int task) {
        var open = new ArrayList<String>();
        int count = 0;
        var needs = run.facts(task).needs();
        for (int i = 0; i < needs.size(); i++) {
            if (isOpen(run, needs.get(i)) && count++ < NAMED) {
                open.add(described(run, needs.get(i)));
            }
        }
        for (int generator : needs.generators()) {
            for (int i = 0; i < run.size(); i++) {
                if (run.isGeneratedBy(i, generator) && isOpen(run, i) && count++ < NAMED) {
                    open.add(described(run, i));
                }
            }
        }
        return count == 0
                ? "its needs have ended: it is just being looked at"
                : "it needs " + String.join(", ", open) + more(count - open.size()) + " to end first";
    }

    private static boolean isOpen(RunState run, int task) {
        return run.task(task).phase() != TaskPhase.FINISHED;
    }

    private static String described(RunState run, int task) {
        return run.facts(task).name() + " (" + run.task(task).phase().text() + ")";
    }

    private Answer ready(RunState run, int task) {
        var requirement = requirement(run, task);
        var pause = run.pause(task);
        if (pause != null) {
            return Answer.of(new Reason(Kind.PAUSED, Orders.paused(pause), pause));
        }
        var present = projection.workers().present();
        var matching = present.stream()
                .filter(worker -> requirement.isMetBy(worker.attributes()))
                .toList();
        if (matching.isEmpty()) {
            return Answer.of(new Reason(Kind.NO_WORKER, nobody(requirement, present)));
        }
        var open = matching.stream().filter(this::takesMore).toList();
        if (open.isEmpty()) {
            return Answer.of(draining(matching));
        }
        var running = projection.workers().running();
        var reasons = new ArrayList<Reason>();
        boolean busy = open.stream().allMatch(worker -> load(worker, running) >= worker.slots());
        if (busy) {
            var loads = open.stream()
                    .map(worker -> worker.name() + " (" + load(worker, running) + " of " + worker.slots() + ")")
                    .toList();
            var who = open.size() == 1
                    ? "the one worker that could take it is busy: "
                    : "all " + open.size() + " workers that could take it are busy: ";
            reasons.add(new Reason(Kind.BUSY, who + names(loads)));
        }
        var before = before(run, task, open);
        if (before.count > 0) {
            reasons.add(new Reason(
                    Kind.LINE, before.count + (before.count == 1 ? " task comes" : " tasks come") + " before it"));
        }
        if (reasons.isEmpty()) {
            reasons.add(new Reason(
                    Kind.ANY_MOMENT,
                    "a worker is about to take it: "
                            + names(open.stream().map(WorkerInfo::name).toList())));
        }
        return new Answer(reasons, before.count, busy ? wait(before, open, running) : Answer.UNKNOWN);
    }

    private boolean takesMore(WorkerInfo worker) {
        return !worker.draining() && projection.pauses().ofWorker(worker.name()) == null;
    }

    private Reason draining(List<WorkerInfo> matching) {
        var orders = matching.stream()
                .map(worker -> projection.pauses().ofWorker(worker.name()))
                .filter(Objects::nonNull)
                .toList();
        var who = names(matching.stream().map(WorkerInfo::name).toList()) + " could take it, but "
                + (matching.size() == 1 ? "takes" : "take") + " nothing new: ";
        return matching.size() == 1 && orders.size() == 1
                ? new Reason(Kind.DRAINING, who + Orders.drained(orders.get(0)), orders.get(0))
                : new Reason(
                        Kind.DRAINING,
                        who + "draining"
                                + (orders.isEmpty()
                                        ? ""
                                        : ", " + orders.get(0).scope().name() + " " + Orders.drained(orders.get(0))),
                        orders.isEmpty() ? null : orders.get(0));
    }

    private static int load(WorkerInfo worker, Map<String, List<RunningTask>> running) {
        return running.getOrDefault(worker.incarnation(), List.of()).size();
    }

    /** The one that comes nearest, in the matcher's own words. */
    private static String nobody(Requirement requirement, List<WorkerInfo> present) {
        if (present.isEmpty()) {
            return "no worker is present";
        }
        record Near(WorkerInfo worker, List<Veto> vetoes) {}
        var nearest = present.stream()
                .map(worker -> new Near(worker, requirement.vetoes(worker.attributes())))
                .min(Comparator.comparingInt((Near near) -> near.vetoes().size())
                        .thenComparing(near -> near.worker().name()))
                .orElseThrow();
        var who = present.size() == 1
                ? "the one worker could never take it: " + nearest.worker().name() + " "
                : "none of " + present.size() + " workers could ever take it; the nearest, "
                        + nearest.worker().name() + ", ";
        return who
                + nearest.vetoes().stream().map(Veto::describe).collect(Collectors.joining(" and "))
                + remedy(nearest.vetoes());
    }

    /** Labels are what their machine's owner says; facts are what it is. */
    private static String remedy(List<Veto> vetoes) {
        return vetoes.stream().allMatch(veto -> veto.kind() == Veto.Kind.LABEL_ABSENT)
                ? vetoes.stream()
                        .map(veto -> " --label " + veto.wanted())
                        .collect(Collectors.joining("", "; 'coil worker run", "' on a machine that has it offers it"))
                : "";
    }

    /** The ready tasks before one, and how long those took whose like is known. */
    private static final class Before {
        int count;
        int known;
        long millis;
    }

    private Before before(RunState run, int task, List<WorkerInfo> workers) {
        var before = new Before();
        for (var other : projection.runs()) {
            if (other.head().counts().of(TaskPhase.READY) == 0) {
                continue;
            }
            for (int i = 0; i < other.size(); i++) {
                if (comesBefore(other, i, run, task) && isForOneOf(workers, requirement(other, i))) {
                    before.count++;
                    add(before, durations.of(other, i));
                }
            }
        }
        return before;
    }

    /** By priority, then age, then place in the run; the turns that projects take are the affair of each worker. */
    private static boolean comesBefore(RunState other, int i, RunState run, int task) {
        var state = other.task(i);
        if (state.phase() != TaskPhase.READY) {
            return false;
        }
        int order = other.facts(i).priority().compareTo(run.facts(task).priority());
        if (order == 0) {
            order = Long.compare(state.readyAt(), run.task(task).readyAt());
        }
        return order < 0 || (order == 0 && other == run && i < task);
    }

    private static void add(Before before, @Nullable Long millis) {
        if (millis != null) {
            before.known++;
            before.millis += millis;
        }
    }

    private static boolean isForOneOf(List<WorkerInfo> workers, Requirement requirement) {
        return workers.stream().anyMatch(worker -> requirement.isMetBy(worker.attributes()));
    }

    /** What runs has to end, and what is before has to run, on all slots of the workers. */
    private long wait(Before before, List<WorkerInfo> workers, Map<String, List<RunningTask>> running) {
        if (before.count > 0 && before.known == 0) {
            return Answer.UNKNOWN;
        }
        long work = before.count == 0 ? 0 : before.millis / before.known * before.count;
        long slots = 0;
        long first = Long.MAX_VALUE;
        for (var worker : workers) {
            slots += worker.slots();
            for (var task : running.getOrDefault(worker.incarnation(), List.of())) {
                var run = projection.run(task.ref().project(), task.ref().run());
                var usual = run == null ? null : durations.of(run, task.ref().task());
                if (usual == null) {
                    return Answer.UNKNOWN;
                }
                long left = Math.max(0, task.since() + usual - now);
                work += left;
                first = Math.min(first, left);
            }
        }
        return before.count == 0 ? first : work / Math.max(1, slots);
    }

    private Requirement requirement(RunState run, int task) {
        return requirements.computeIfAbsent(run.facts(task).requirement(), Requirement::parse);
    }

    private static String names(List<String> all) {
        return all.stream().limit(NAMED).collect(Collectors.joining(", ")) + more(all.size() - NAMED);
    }

    private static String more(int count) {
        return count > 0 ? " and " + count + " more" : "";
    }
}
