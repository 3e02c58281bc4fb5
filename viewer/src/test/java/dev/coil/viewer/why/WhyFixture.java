package dev.coil.viewer.why;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Events;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ListAssert;

/** A projection that is told of runs and workers, and asked why tasks wait. */
class WhyFixture {

    static final Attributes LINUX = Attributes.of(Map.of("os", "linux", "arch", "s390x"), "quiet");

    final Projection projection = new Projection();

    final Events events = new Events(projection);

    Answer why(RunState run, int task) {
        return new Why(projection, events.now()).of(run, task);
    }

    static TaskSummary reserving(String name, String requirement, Resources resources, String group) {
        return new TaskSummary(
                name,
                name,
                Map.of(),
                List.of(),
                Requirement.parse(requirement),
                null,
                Priority.NORMAL,
                false,
                null,
                "make",
                List.of(),
                null,
                resources,
                group,
                Map.of());
    }

    static WorkerInfo machine(String name, int slots, String cpus, String... labels) {
        var attributes = Attributes.of(Map.of("os", "linux", "cpus", cpus, "memory", String.valueOf(8L << 30)), labels);
        return new WorkerInfo(name, "w-" + name, "inc-" + name, attributes, slots, "1", 0, false);
    }

    void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            events.tell(new Event.WorkersReported(projection.workers().present()));
        }
    }

    static ListAssert<Reason> assertReasons(Answer answer) {
        return assertThat(answer.reasons())
                .usingRecursiveFieldByFieldElementComparatorOnFields("kind", "text", "pause");
    }

    static TaskSummary asking(String name, String requirement, Priority priority) {
        return new TaskSummary(
                name,
                name,
                Map.of(),
                List.of(),
                Requirement.parse(requirement),
                null,
                priority,
                false,
                null,
                "make",
                List.of());
    }

    void workers(WorkerInfo... workers) {
        events.tell(new Event.WorkersReported(List.of(workers)));
    }

    static WorkerInfo worker(String name, boolean draining) {
        return new WorkerInfo(name, "w-" + name, "inc-" + name, LINUX, 1, "1", 0, draining);
    }

    /** Claims a task for a worker. */
    void claimed(RunState run, int task, String worker) {
        events.ready(run, task, 1);
        events.tell(new Event.TaskClaimed(
                run.project(), run.number(), task, 1, new ClaimId("inc-" + worker, task), worker));
    }

    static Pause pause(PauseScope scope, String reason) {
        return new Pause(scope, reason, "ann", Events.START);
    }

    String text(RunState run) {
        return why(run, 0).reasons().get(0).text();
    }

    /** Runs a task to its end, in so many seconds. */
    void took(RunState run, int task, int seconds) {
        claimed(run, task, "a");
        pass(seconds - 1);
        events.finished(run, task, 1, Outcome.SUCCESS, 0);
    }
}
