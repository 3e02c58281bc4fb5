package dev.coil.viewer.why;

import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.why.Reason.Kind;
import java.util.ArrayList;
import java.util.List;

/** Finds out why a task waits. For one question: what it looks up, it keeps. */
public final class Why {

    /** Who has room for the task that is next takes it long before. */
    private static final long MOMENT_MILLIS = 30_000;

    private final Projection projection;
    private final long now;
    private final Fleet fleet;
    private final Estimate estimate;

    /** @param now by the log's clock, in milliseconds since the epoch */
    public Why(Projection projection, long now) {
        this.projection = projection;
        this.now = now;
        fleet = new Fleet(projection);
        estimate = new Estimate(projection, fleet, now);
    }

    public Answer of(RunState run, int task) {
        return switch (run.task(task).phase()) {
            case RUNNING, FINISHED -> new Answer(List.of(), 0, Estimate.UNKNOWN);
            case WAITING -> waiting(run, task);
            case READY -> ready(Waiter.of(run, task));
        };
    }

    private Answer waiting(RunState run, int task) {
        var queued = run.head().queued();
        if (queued != null) {
            return Answer.of(new Reason(Kind.RUN_QUEUED, "its run " + queued));
        }
        var hold = run.task(task).hold();
        if (hold == null) {
            return new Answer(OpenNeeds.reasons(run, task), 0, estimate.ofNeeds(run, task));
        }
        return switch (hold.kind()) {
            case GROUP -> {
                var place = new GroupPlace(projection, run, task);
                yield new Answer(List.of(place.reason(hold)), 0, estimate.ofGroup(place));
            }
            case PAUSE -> {
                long left = Math.max(0, hold.until() - now);
                yield new Answer(List.of(new Reason(Kind.PAUSE, hold.text())), 0, left);
            }
        };
    }

    private Answer ready(Waiter mine) {
        var pause = mine.of().pause(mine.task());
        if (pause != null) {
            return Answer.of(new Reason(Kind.PAUSED, Orders.paused(pause), List.of(), List.of(), pause, null));
        }
        var able = fleet.matching(mine.requirement());
        var matching = able.stream().filter(mine::isAllowedOn).toList();
        var refused = able.stream().filter(worker -> !mine.isAllowedOn(worker)).toList();
        var open = matching.stream().filter(fleet::takesMore).toList();
        var lacking = new Lacking(projection, fleet, now);
        if (open.isEmpty()) {
            var reasons = new ArrayList<Reason>();
            if (!matching.isEmpty()) {
                reasons.add(lacking.draining(matching));
            } else if (refused.isEmpty()) {
                reasons.add(lacking.nobody(mine.requirement()));
            }
            reasons.addAll(lacking.owners(mine, refused));
            reasons.addAll(lacking.offline(mine.requirement(), true));
            return new Answer(reasons, 0, Estimate.UNKNOWN);
        }
        return inLine(mine, open, refused, lacking);
    }

    private Answer inLine(Waiter mine, List<WorkerInfo> open, List<WorkerInfo> refused, Lacking lacking) {
        var reasons = new ArrayList<Reason>();
        boolean fits = open.stream()
                .anyMatch(worker -> fleet.vetoes(worker, mine.resources()).isEmpty());
        if (!fits) {
            reasons.addAll(lacking.owners(mine, refused));
            reasons.add(lacking.room(mine, open));
            reasons.addAll(lacking.offline(mine.requirement(), false));
        }
        var place = new Line(projection, fleet, open, mine).best(open);
        var ahead = place.ahead();
        if (!ahead.isEmpty()) {
            reasons.addAll(new Precedence(fleet, mine, place).reasons());
        }
        if (reasons.isEmpty()) {
            reasons.add(anyMoment(mine, open));
        }
        return new Answer(reasons, ahead.size(), estimate.ofReady(mine, open, ahead));
    }

    private Reason anyMoment(Waiter mine, List<WorkerInfo> open) {
        var able = open.stream()
                .filter(worker -> fleet.vetoes(worker, mine.resources()).isEmpty())
                .map(WorkerInfo::name)
                .toList();
        long since = now - mine.readyAt();
        return Reason.ofWorkers(
                Kind.ANY_MOMENT,
                since < MOMENT_MILLIS
                        ? "a worker is about to take it: " + Phrases.names(able)
                        : Phrases.names(able) + (able.size() == 1 ? " has" : " have")
                                + " room for it, and should have taken it long ago; the worker's log may say why it"
                                + " takes nothing, such as a disk that is nearly full",
                able);
    }
}
