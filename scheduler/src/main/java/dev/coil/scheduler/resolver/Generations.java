package dev.coil.scheduler.resolver;

import dev.coil.protocol.graph.Outcome;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Generation;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.turn.Turn;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts how much of what a task generated has ended, for those who wait for all of it. What a generated task generates belongs to
 * both generators, and so on: at most five counts change with a result.
 */
final class Generations {

    /** From what is no fault to the worst; what is not here is good. */
    private static final List<Outcome> WORST_FIRST =
            List.of(Outcome.FAILURE, Outcome.TIMEOUT, Outcome.ERROR, Outcome.CANCELLED, Outcome.SKIPPED);

    private final Agenda agenda;

    Generations(Agenda agenda) {
        this.agenda = agenda;
    }

    /** What a task generated; {@code null} if it has generated nothing so far. */
    static @Nullable Generation of(Turn turn, long serial, int generator) {
        return turn.state().get(Table.GENERATIONS, Keys.task(serial, generator));
    }

    /** Whether some of what a task generated has yet to end. */
    static boolean isOpen(Turn turn, long serial, int generator) {
        var generation = of(turn, serial, generator);
        return generation != null && generation.open() > 0;
    }

    /** The worst end of what a task generated that {@code accept}, a bit an outcome, does not allow; {@code null} if there is none. */
    static @Nullable Outcome unmet(Turn turn, long serial, int generator, long accept) {
        var generation = of(turn, serial, generator);
        for (var outcome : WORST_FIRST) {
            if (generation != null
                    && generation.bad()[outcome.ordinal()] > 0
                    && (accept >> outcome.ordinal() & 1) == 0) {
                return outcome;
            }
        }
        return null;
    }

    /** A task adds so many tasks to the run. */
    void begin(Turn turn, long serial, int generator, int first, int tasks) {
        put(turn, serial, generator, Generation.of(first, tasks));
        for (var above = generator(turn, serial, generator); above != null; above = generator(turn, serial, above)) {
            put(turn, serial, above, get(turn, serial, above).grown(tasks));
        }
        agenda.add(new Cursor(Cursor.Kind.GENERATED, serial, generator, 0, ""));
    }

    /** A generated task ended. */
    void ended(Turn turn, long serial, int index, TaskState ended) {
        for (var above = generator(turn, serial, index); above != null; above = generator(turn, serial, above)) {
            var generation = get(turn, serial, above).end(ended);
            put(turn, serial, above, generation);
            if (generation.open() == 0
                    && Objects.requireNonNull(turn.task(serial, above)).has(TaskState.DEPENDENTS)) {
                agenda.add(new Cursor(Cursor.Kind.GENERATION, serial, above, 0, ""));
            }
        }
    }

    /** A generated task that had ended so is waiting again. */
    void reset(Turn turn, long serial, int index, TaskState ended) {
        for (var above = generator(turn, serial, index); above != null; above = generator(turn, serial, above)) {
            put(turn, serial, above, get(turn, serial, above).reopen(ended));
        }
    }

    /** Visits who needs a task, also with all else that its generators generated. */
    static void dependents(Turn turn, long serial, int index, State.Visitor<Long> visitor) {
        boolean[] more = {true};
        turn.state().scan(Table.DEPENDENTS, Keys.task(serial, index), (key, accept) -> {
            more[0] = visitor.visit(key, accept);
            return more[0];
        });
        var above = generator(turn, serial, index);
        for (; more[0] && above != null; above = generator(turn, serial, above)) {
            turn.state().scan(Table.DEPENDENTS, Keys.task(serial, above), (key, accept) -> {
                more[0] = !Admission.isOfAllGenerated(accept) || visitor.visit(key, accept);
                return more[0];
            });
        }
    }

    /** The generator of a task; {@code null} for a task of the graph itself. */
    static @Nullable Integer generator(Turn turn, long serial, int index) {
        var generator = turn.state().get(Table.GENERATORS, Keys.task(serial, index));
        return generator == null ? null : generator.intValue();
    }

    private static Generation get(Turn turn, long serial, int generator) {
        return Objects.requireNonNull(of(turn, serial, generator));
    }

    private static void put(Turn turn, long serial, int generator, Generation generation) {
        turn.state().put(Table.GENERATIONS, Keys.task(serial, generator), generation);
    }
}
