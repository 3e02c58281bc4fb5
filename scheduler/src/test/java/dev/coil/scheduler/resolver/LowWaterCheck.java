package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.pause.Pause;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.LowWater;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Effect;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether the events before the low-water mark may be removed. */
final class LowWaterCheck {

    private LowWaterCheck() {}

    /** Who reads from the low-water mark on knows of all that is kept, who is present, and what nobody can take. */
    static void check(State state, List<List<Effect>> told) {
        long mark = LowWater.of(state);
        Set<Object> held = new HashSet<>();
        Set<Object> heldSince = new HashSet<>();
        var sinceBeginning = new ToldWorkers();
        var sinceMark = new ToldWorkers();
        var readOn = new ToldWorkers();
        long last = 0;
        for (var effects : told) {
            for (var effect : effects) {
                if (effect instanceof Effect.Emit emit) {
                    last = emit.seq();
                    if (emit.seq() < mark) {
                        checkUnneeded(state, emit.event());
                    }
                    sinceBeginning.see(emit.event());
                    if (emit.seq() >= mark) {
                        sinceMark.see(emit.event());
                    }
                    if (emit.seq() >= mark || emit.seq() < mark / 2) {
                        readOn.see(emit.event());
                    }
                    tellObstacle(emit.event(), held);
                    if (emit.seq() >= mark) {
                        tellObstacle(emit.event(), heldSince);
                    }
                }
            }
        }
        assertThat(mark).isLessThanOrEqualTo(last);
        assertThat(sinceMark.present()).as("who is present").isEqualTo(sinceBeginning.present());
        assertThat(readOn.present())
                .as("who is present, to a reader that missed some")
                .isEqualTo(sinceMark.present());
        assertThat(heldSince).isEqualTo(held);
    }

    private static void tellObstacle(Event event, Set<Object> held) {
        if (event instanceof Event.RequirementUnmet shortage) {
            held.add(shortage.requirement());
        } else if (event instanceof Event.RequirementMet met) {
            held.remove(met.requirement());
        } else if (event instanceof Event.Paused paused) {
            held.removeIf(one -> one instanceof Pause pause
                    && pause.scope().equals(paused.pause().scope()));
            held.add(paused.pause());
        } else if (event instanceof Event.Resumed resumed) {
            held.removeIf(one -> one instanceof Pause pause && pause.scope().equals(resumed.scope()));
        }
    }

    private static void checkUnneeded(State state, Event event) {
        if (event instanceof Event.OfRun of) {
            if (state.get(Table.RUN_NUMBERS, Keys.runNumber(of.project(), of.run())) != null) {
                throw new AssertionError(event + " may be removed, but its run is kept");
            }
        } else if (event instanceof Event.TasksStaged staged) {
            var submission = state.get(Table.SUBMISSIONS, Keys.text(staged.submission()));
            if (submission != null && state.get(Table.BEGINNINGS, Keys.number(submission.serial())) != null) {
                throw new AssertionError(staged + " may be removed, but is kept");
            }
        }
    }
}
