package dev.coil.viewer.why;

import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.viewer.why.Reason.Kind;
import dev.coil.viewer.why.Reason.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why tasks come before a ready one, where it is nearest to its turn. */
final class Precedence {

    private final Fleet fleet;
    private final Waiter mine;
    private final Line.Place place;

    /** @param place with something ahead */
    Precedence(Fleet fleet, Waiter mine, Line.Place place) {
        this.fleet = fleet;
        this.mine = mine;
        this.place = place;
    }

    List<Reason> reasons() {
        var reasons = new ArrayList<Reason>();
        add(reasons, priority());
        add(reasons, share());
        reasons.add(line());
        return reasons;
    }

    private static void add(List<Reason> reasons, @Nullable Reason reason) {
        if (reason != null) {
            reasons.add(reason);
        }
    }

    private @Nullable Reason priority() {
        var higher = place.ahead().stream()
                .filter(waiter -> waiter.priority() != mine.priority())
                .toList();
        if (higher.isEmpty()) {
            return null;
        }
        return Reason.ofTasks(
                Kind.PRIORITY,
                "its priority is " + word(mine.priority()) + ": " + Phrases.tasksCome(higher.size())
                        + " before it that " + (higher.size() == 1 ? "is of a higher one" : "are of a higher one"),
                refs(higher));
    }

    private static String word(Priority priority) {
        return priority.name().toLowerCase(Locale.ROOT);
    }

    /** The first one of another project that comes because that has had less, and not because it has waited for longer. */
    private @Nullable Reason share() {
        var shares = fleet.shares(place.worker());
        double had = shares.of(mine.project());
        for (var waiter : place.ahead()) {
            double nextHad = shares.of(waiter.project());
            if (waiter.priority() == mine.priority() && nextHad < had) {
                var worker = place.worker().name();
                return new Reason(
                        Kind.SHARE,
                        String.format(
                                Locale.ROOT,
                                "%s is to have its turn first on %s, of which %s has had %.1f slot-seconds more",
                                waiter.project(),
                                worker,
                                mine.project(),
                                had - nextHad),
                        List.of(waiter.ref()),
                        List.of(worker),
                        null,
                        new Turn(worker, mine.project(), had, waiter.project(), nextHad));
            }
        }
        return null;
    }

    private Reason line() {
        var ahead = place.ahead();
        var projects = new LinkedHashMap<String, Integer>();
        ahead.forEach(waiter -> projects.merge(waiter.project(), 1, Integer::sum));
        boolean ownAlone = projects.keySet().equals(java.util.Set.of(mine.project()));
        return new Reason(
                Kind.LINE,
                Phrases.tasksCome(ahead.size()) + " before it" + (ownAlone ? "" : ": " + counts(projects)) + blocked(),
                refs(ahead),
                List.of(place.worker().name()),
                null,
                null);
    }

    private static String counts(Map<String, Integer> projects) {
        return Phrases.names(projects.entrySet().stream()
                .map(project -> project.getValue() + " of " + project.getKey())
                .toList());
    }

    /** A worker that has free slots keeps them for the first in line, if that takes more. */
    private String blocked() {
        var first = place.ahead().get(0);
        var worker = place.worker();
        var vetoes = fleet.vetoes(worker, first.resources());
        return vetoes.isEmpty() || fleet.capacity(worker).free() <= 0
                ? ""
                : "; " + worker.name() + " waits until it has room for the first, " + first.text() + ": "
                        + worker.name() + " " + vetoes.get(0).describe();
    }

    private static List<TaskRef> refs(List<Waiter> waiters) {
        return waiters.stream().limit(100).map(Waiter::ref).toList();
    }
}
