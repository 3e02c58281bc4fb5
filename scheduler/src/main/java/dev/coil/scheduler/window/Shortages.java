package dev.coil.scheduler.window;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.Veto;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The classes of ready tasks that no present worker could ever take. Each is told once, when that becomes so and when it ends,
 * however many tasks it has.
 */
public final class Shortages {

    /** A worker that lacks something, and what. */
    private record Near(String incarnation, List<Veto> vetoes) {
        static final Comparator<Near> ORDER = Comparator.comparingInt((Near near) -> near.vetoes.size())
                .thenComparing(Near::incarnation, PresentWorkers.ORDER);
    }

    /** How the present workers stand to a class: what follows of it for the class is in {@link Table#SHORTAGES}. */
    private static final class Standing {
        final Requirement requirement;

        /** How many could take its tasks. */
        int able;

        /** The one that comes nearest; {@code null} if that was not looked for since it left. */
        @Nullable
        Near nearest;

        Standing(Requirement requirement) {
            this.requirement = requirement;
        }

        void came(WorkerInfo worker) {
            if (requirement.isMetBy(worker.attributes())) {
                able++;
            } else if (nearest != null) {
                var near = new Near(worker.incarnation(), requirement.vetoes(worker.attributes()));
                nearest = Near.ORDER.compare(near, nearest) < 0 ? near : nearest;
            }
        }

        void left(WorkerInfo worker) {
            if (requirement.isMetBy(worker.attributes())) {
                able--;
            } else if (nearest != null && nearest.incarnation().equals(worker.incarnation())) {
                nearest = null;
            }
        }
    }

    private final Classes classes;
    private final Lanes lanes;
    private final PresentWorkers workers;

    /** Of the classes whose entry in {@link Table#SHORTAGES} is right for the present workers. */
    private final Map<Integer, Standing> standings = new HashMap<>();

    public Shortages(Classes classes, Lanes lanes, PresentWorkers workers) {
        this.classes = classes;
        this.lanes = lanes;
        this.workers = workers;
    }

    /** A task of this lane became ready. */
    public void ready(Turn turn, int lane) {
        int classNumber = lanes.lane(turn.state(), lane).classNumber();
        if (!standings.containsKey(classNumber)) {
            check(turn, classNumber);
        }
    }

    /**
     * Other workers are present.
     *
     * @param wanted the classes of which tasks are ready
     */
    public void workersChanged(Turn turn, List<PresentWorkers.Change> changes, Set<Integer> wanted) {
        var numbers = new TreeSet<>(wanted);
        turn.state().scan(Table.SHORTAGES, new byte[0], (key, reason) -> {
            numbers.add(Keys.last(key));
            return true;
        });
        standings.keySet().retainAll(numbers);
        for (var standing : standings.values()) {
            for (var change : changes) {
                if (change.before() != null) {
                    standing.left(change.before());
                }
                if (change.after() != null) {
                    standing.came(change.after());
                }
            }
        }
        numbers.forEach(number -> check(turn, number));
    }

    private void check(Turn turn, int classNumber) {
        var key = Keys.number(classNumber);
        var known = turn.state().get(Table.SHORTAGES, key);
        var reason = whyNobodyOf(standings.computeIfAbsent(classNumber, number -> look(turn, number)));
        if (reason == null && known != null) {
            turn.state().delete(Table.SHORTAGES, key);
            turn.emit(new Event.RequirementMet(classes.requirement(turn, classNumber)));
        } else if (reason != null && !reason.equals(known)) {
            turn.state().put(Table.SHORTAGES, key, reason);
            turn.emit(new Event.RequirementUnmet(classes.requirement(turn, classNumber), reason));
        }
    }

    /** Why no present worker could ever take a task of this lane, by the one that comes nearest; {@code null} if one could. */
    public @Nullable String whyNobody(Turn turn, int lane) {
        int classNumber = lanes.lane(turn.state(), lane).classNumber();
        var standing = standings.get(classNumber);
        return whyNobodyOf(standing == null ? look(turn, classNumber) : standing);
    }

    private @Nullable String whyNobodyOf(Standing standing) {
        if (workers.all().isEmpty()) {
            return "no worker is present";
        }
        if (standing.able > 0) {
            return null;
        }
        if (standing.nearest == null) {
            standing.nearest = workers.offers().entrySet().stream()
                    .map(offer -> new Near(offer.getValue().firstKey(), standing.requirement.vetoes(offer.getKey())))
                    .min(Near.ORDER)
                    .orElseThrow();
        }
        return standing.nearest.vetoes().stream()
                .map(Shortages::wanted)
                .collect(Collectors.joining(" ", "no worker has ", ""));
    }

    private Standing look(Turn turn, int classNumber) {
        var standing = new Standing(classes.requirement(turn, classNumber));
        workers.offers().forEach((offered, same) -> {
            standing.able += standing.requirement.isMetBy(offered) ? same.size() : 0;
        });
        return standing;
    }

    private static String wanted(Veto veto) {
        return veto.kind() == Veto.Kind.LABEL_ABSENT ? "label " + veto.wanted() : veto.key() + veto.wanted();
    }
}
