package dev.coil.scheduler.window;

import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Lane;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The numbers of the lanes. */
public final class Lanes {

    private final Classes classes;
    private final Map<Lane, Integer> numbers = new HashMap<>();
    private final Map<Integer, Lane> lanes = new HashMap<>();

    public Lanes(Classes classes) {
        this.classes = classes;
    }

    /** The number of the lane in which such a task of the project waits; a new one if it has none yet. */
    public int number(Turn turn, String project, TaskSpec task) {
        return number(turn, new Lane(classes.number(turn, task.requirement()), task.priority(), project));
    }

    private int number(Turn turn, Lane lane) {
        return numbers.computeIfAbsent(lane, wanted -> {
            var key = wanted.encode();
            var number = turn.state().get(Table.LANE_NUMBERS, key);
            if (number == null) {
                number = Meta.LANE.next(turn.state());
                turn.state().put(Table.LANE_NUMBERS, key, number);
                turn.state().put(Table.LANES, Keys.number(number), wanted);
            }
            return Math.toIntExact(number);
        });
    }

    public Lane lane(State state, int number) {
        return lanes.computeIfAbsent(
                number, n -> Objects.requireNonNull(state.get(Table.LANES, Keys.number(n)), () -> "no lane " + n));
    }

    /** What the tasks of a lane ask of a machine. */
    public Requirement requirement(Turn turn, int number) {
        return classes.requirement(turn, lane(turn.state(), number).classNumber());
    }

    public Priority priority(Turn turn, int number) {
        return lane(turn.state(), number).priority();
    }
}
