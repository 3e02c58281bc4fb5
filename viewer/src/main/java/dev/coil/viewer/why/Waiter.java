package dev.coil.viewer.why;

import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.InLine;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.RunState;

/** A task that waits for a worker, in its place in the line. */
record Waiter(RunState of, int task, Priority priority, long readyAt, Requirement requirement) implements InLine {

    static Waiter of(RunState run, int task) {
        var facts = run.facts(task);
        return new Waiter(
                run, task, facts.priority(), run.task(task).readyAt(), Requirement.parse(facts.requirement()));
    }

    @Override
    public String project() {
        return of.project();
    }

    @Override
    public int run() {
        return of.number();
    }

    Resources resources() {
        return of.facts(task).resources();
    }

    /** Whether the worker's owner lets it take this. */
    boolean isAllowedOn(WorkerInfo worker) {
        return worker.mayTake(project(), of.source().ref(), of.source().event());
    }

    /** Which rule of the worker's owner refuses this; empty if none does. */
    String refusalOf(WorkerInfo worker) {
        var refusal = worker.rules() == null
                ? null
                : worker.rules()
                        .refusal(project(), of.source().ref(), of.source().event());
        return refusal == null ? "" : refusal;
    }

    TaskRef ref() {
        return new TaskRef(project(), run(), task);
    }

    /** {@code build of mylang#17} */
    String text() {
        return of.facts(task).name() + " of " + of;
    }
}
