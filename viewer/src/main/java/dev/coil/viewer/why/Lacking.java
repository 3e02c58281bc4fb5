package dev.coil.viewer.why;

import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.space.Full;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.Veto;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Departed;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunningTask;
import dev.coil.viewer.projection.Slips;
import dev.coil.viewer.why.Reason.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What of the workers keeps a ready task from being taken: that there is none, or that none of them can or will. */
final class Lacking {

    /** A worker that has been away for longer is not missed while others do its work. */
    private static final long MISSED_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final Projection projection;
    private final Fleet fleet;
    private final long now;

    Lacking(Projection projection, Fleet fleet, long now) {
        this.projection = projection;
        this.fleet = fleet;
        this.now = now;
    }

    /** The one that comes nearest, in the matcher's own words. */
    Reason nobody(Requirement requirement) {
        var present = fleet.present();
        if (present.isEmpty()) {
            return new Reason(Kind.NO_WORKER, "no worker is present");
        }
        record Near(WorkerInfo worker, List<Veto> vetoes) {}
        var nearest = present.stream()
                .map(worker -> new Near(worker, requirement.vetoes(worker.attributes())))
                .min(Comparator.comparingInt((Near near) -> near.vetoes().size())
                        .thenComparing(near -> near.worker().name()))
                .orElseThrow();
        var name = nearest.worker().name();
        var who = present.size() == 1
                ? "the one worker could never take it: " + name + " "
                : "none of " + present.size() + " workers could ever take it; the nearest, " + name + ", ";
        return Reason.ofWorkers(
                Kind.NO_WORKER,
                who
                        + nearest.vetoes().stream().map(Veto::describe).collect(Collectors.joining(" and "))
                        + remedy(requirement, nearest.vetoes()),
                List.of(name));
    }

    /** Labels are what their machine's owner says; facts are what it is. */
    private String remedy(Requirement requirement, List<Veto> vetoes) {
        var slip = Slips.hint(requirement, fleet.present());
        if (slip != null) {
            return "; " + slip;
        }
        return vetoes.stream().allMatch(veto -> veto.kind() == Veto.Kind.LABEL_ABSENT)
                ? vetoes.stream()
                        .map(veto -> " --label " + veto.wanted())
                        .collect(Collectors.joining("", "; 'coil worker run", "' on a machine that has it offers it"))
                : "";
    }

    /**
     * Those that could take it and are away.
     *
     * @param missed whether nobody else can: they are told of however long they have been away
     */
    List<Reason> offline(Requirement requirement, boolean missed) {
        var away = fleet.departed(requirement).stream()
                .filter(gone -> missed || now - gone.since() < MISSED_MILLIS)
                .toList();
        if (away.isEmpty()) {
            return List.of();
        }
        var names = away.stream().map(gone -> gone.worker().name()).toList();
        return List.of(Reason.ofWorkers(
                Kind.OFFLINE,
                Phrases.names(away.stream().map(Lacking::since).toList()) + ": could take it "
                        + (missed ? "if it were there" : "as well"),
                names));
    }

    private static String since(Departed.Worker gone) {
        return gone.worker().name() + " is away since " + Orders.time(gone.since());
    }

    /** @param refused workers that match it, and whose owners do not let them take it */
    List<Reason> owners(Waiter mine, List<WorkerInfo> refused) {
        if (refused.isEmpty()) {
            return List.of();
        }
        var texts = refused.stream()
                .map(worker -> worker.name() + " " + mine.refusalOf(worker))
                .toList();
        return List.of(Reason.ofWorkers(
                Kind.OWNER,
                (refused.size() == 1
                                ? "a worker that matches it may not take it: "
                                : refused.size() + " workers that match it may not take it: ")
                        + Phrases.names(texts),
                refused.stream().map(WorkerInfo::name).toList()));
    }

    Reason draining(List<WorkerInfo> matching) {
        var orders = matching.stream()
                .map(worker -> projection.pauses().ofWorker(worker.name()))
                .filter(Objects::nonNull)
                .toList();
        var names = matching.stream().map(WorkerInfo::name).toList();
        var who = Phrases.names(names) + " could take it, but " + (matching.size() == 1 ? "takes" : "take")
                + " nothing new: ";
        var unfit = matching.stream().filter(worker -> worker.unfit() != null).findFirst();
        var why = matching.size() == 1 && orders.size() == 1
                ? Orders.drained(orders.get(0))
                : orders.isEmpty() && unfit.isPresent()
                        ? unfit.get().name() + " " + unfit.get().unfit()
                        : "draining" + (orders.isEmpty() ? "" : ", " + named(orders.get(0)));
        return new Reason(Kind.DRAINING, who + why, List.of(), names, orders.isEmpty() ? null : orders.get(0), null);
    }

    private static String named(Pause order) {
        return order.scope().name() + " " + Orders.drained(order);
    }

    /** @param open the workers that could take it and have no room now */
    Reason room(Waiter mine, List<WorkerInfo> open) {
        boolean busy = open.stream().allMatch(worker -> fleet.capacity(worker).free() <= 0);
        var loads = open.stream()
                .map(worker -> busy ? worker.name() + " (" + load(worker) + ")" : described(mine, worker))
                .toList();
        var who = open.size() == 1
                ? "the one worker that could take it " + (busy ? "is busy: " : "has no room: ")
                : busy
                        ? "all " + open.size() + " workers that could take it are busy: "
                        : "none of the " + open.size() + " workers that could take it has room: ";
        return Reason.ofWorkers(
                busy ? Kind.BUSY : Kind.NO_ROOM,
                who + Phrases.names(loads),
                open.stream().map(WorkerInfo::name).toList());
    }

    private String described(Waiter mine, WorkerInfo worker) {
        return fleet.capacity(worker).free() <= 0
                ? worker.name() + " is busy (" + load(worker) + ")"
                : worker.name() + " "
                        + fleet.vetoes(worker, mine.resources()).stream()
                                .map(Full::describe)
                                .collect(Collectors.joining(" and "));
    }

    /** {@code 2 of 2}, {@code lint of mylang#3 has it to itself} */
    private String load(WorkerInfo worker) {
        return fleet.running(worker).stream()
                .filter(task -> task.resources().exclusive())
                .findFirst()
                .map(task -> text(task) + " has it to itself")
                .orElseGet(() -> (worker.slots() - fleet.capacity(worker).free()) + " of " + worker.slots());
    }

    private static String text(RunningTask task) {
        return task.name() + " of " + task.ref().project() + '#' + task.ref().run();
    }
}
