package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.RunState;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.turn.Turn;

/** How ended tasks add up to a run's outcome. */
final class RunFlow {

    private final RunGroups groups;

    RunFlow(RunGroups groups) {
        this.groups = groups;
    }

    /** A task ended: counts it, and tells when the outcome is known and when the run has finished. */
    void ended(Turn turn, long serial, TaskState task, Outcome outcome) {
        var run = turn.run(serial).end(!task.has(TaskState.ALLOW_FAILURE), task.attempt() > 0, outcome);
        var info = turn.info(serial);
        if (run.openRequired() == 0 && run.known() == null) {
            run = run.know(run.outcome());
            turn.emit(new Event.RunOutcomeKnown(info.project(), info.number(), run.outcome()));
        }
        if (run.open() == 0) {
            boolean place = run.place();
            run = run.know(last(run)).finish();
            turn.put(serial, run);
            turn.state().delete(Table.OPEN_RUNS, Keys.number(serial));
            Forgetting.finished(turn, serial, info);
            turn.emit(new Event.RunFinished(info.project(), info.number(), last(run)));
            if (place) {
                groups.leave(turn, serial);
            }
        } else {
            turn.put(serial, run);
        }
    }

    /** What was known stays so if the rest is cancelled then; only that nothing ran at all is known last. */
    private static Outcome last(RunState run) {
        var known = run.known();
        var outcome = run.outcome();
        return known == null || outcome == Outcome.SKIPPED ? outcome : known;
    }

    /** An ended task is waiting again. */
    void reset(Turn turn, long serial, TaskState task, Outcome outcome) {
        turn.put(
                serial,
                turn.run(serial)
                        .reopen(!task.has(TaskState.ALLOW_FAILURE), task.attempt() > 0, outcome)
                        .know(null));
    }
}
