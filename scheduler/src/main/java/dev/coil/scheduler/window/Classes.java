package dev.coil.scheduler.window;

import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The classes of requirements: tasks that ask the same of a machine share a number. */
public final class Classes {

    private final Map<Requirement, Integer> numbers = new HashMap<>();
    private final Map<Integer, Requirement> requirements = new HashMap<>();

    /** The number of a requirement's class; a new one if it has none yet. */
    public int number(Turn turn, Requirement requirement) {
        return numbers.computeIfAbsent(requirement, r -> Math.toIntExact(stored(turn, r)));
    }

    private static long stored(Turn turn, Requirement requirement) {
        var key = Keys.text(requirement.canonical());
        var number = turn.state().get(Table.CLASS_NUMBERS, key);
        if (number == null) {
            number = Meta.CLASS.next(turn.state());
            turn.state().put(Table.CLASS_NUMBERS, key, number);
            turn.state().put(Table.CLASSES, Keys.number(number), requirement.canonical());
        }
        return number;
    }

    public Requirement requirement(Turn turn, int number) {
        return requirements.computeIfAbsent(
                number,
                n -> Requirement.parse(Objects.requireNonNull(turn.state().get(Table.CLASSES, Keys.number(n)))));
    }
}
