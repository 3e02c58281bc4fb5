package dev.coil.scheduler.window;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.tuple.Veto;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The classes of ready tasks that no present worker could ever take. Each is told once, when that becomes so and when it ends,
 * however many tasks it has.
 */
public final class Shortages {

    private final Classes classes;
    private final Lanes lanes;

    /** Those whose entry in {@link Table#SHORTAGES} is right for the present workers. */
    private final Set<Integer> checked = new HashSet<>();

    public Shortages(Classes classes, Lanes lanes) {
        this.classes = classes;
        this.lanes = lanes;
    }

    /** A task of this lane became ready. */
    public void ready(Turn turn, int lane) {
        wanted(turn, lanes.lane(turn.state(), lane).classNumber());
    }

    private void wanted(Turn turn, int classNumber) {
        if (checked.add(classNumber)) {
            check(turn, classNumber);
        }
    }

    /**
     * The set of workers changed.
     *
     * @param wanted the classes of which tasks are ready
     */
    public void workersChanged(Turn turn, Set<Integer> wanted) {
        checked.clear();
        var numbers = new TreeSet<>(wanted);
        turn.state().scan(Table.SHORTAGES, new byte[0], (key, reason) -> {
            numbers.add(Keys.last(key));
            return true;
        });
        numbers.forEach(number -> wanted(turn, number));
    }

    private void check(Turn turn, int classNumber) {
        var key = Keys.number(classNumber);
        var known = turn.state().get(Table.SHORTAGES, key);
        var reason = whyNobodyOf(turn, classNumber);
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
        return whyNobodyOf(turn, lanes.lane(turn.state(), lane).classNumber());
    }

    private @Nullable String whyNobodyOf(Turn turn, int classNumber) {
        var requirement = classes.requirement(turn, classNumber);
        var vetoes = new ArrayList<List<Veto>>();
        turn.state().scan(Table.WORKERS, new byte[0], (key, worker) -> {
            vetoes.add(requirement.vetoes(worker.attributes()));
            return true;
        });
        if (vetoes.isEmpty()) {
            return "no worker is present";
        }
        var fewest = vetoes.stream().min(Comparator.comparingInt(List::size)).orElseThrow();
        return fewest.isEmpty()
                ? null
                : fewest.stream().map(Shortages::wanted).collect(Collectors.joining(" ", "no worker has ", ""));
    }

    private static String wanted(Veto veto) {
        return veto.kind() == Veto.Kind.LABEL_ABSENT ? "label " + veto.wanted() : veto.key() + veto.wanted();
    }
}
