package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Lanes;
import java.util.Objects;
import java.util.stream.Collectors;

/** How a task comes into the state, each part of it in an entry of its own. */
final class NewTasks {

    private static final int SHOWN_SCRIPT = 2_000;

    private final Lanes lanes;

    NewTasks(Lanes lanes) {
        this.lanes = lanes;
    }

    /** Its needs are tasks of lower indexes, which are there already. */
    void add(Turn turn, String project, long serial, int index, TaskSpec spec) {
        var state = turn.state();
        for (var need : spec.needs()) {
            if (need.task() >= index) {
                throw new IllegalStateException(
                        "task " + index + " needs task " + need.task() + ", which is not before it");
            }
            state.put(Table.DEPENDENTS, Keys.dependent(serial, need.task(), index), Admission.bits(need));
            var needed = Objects.requireNonNull(turn.task(serial, need.task()));
            if (!needed.has(TaskState.DEPENDENTS)) {
                turn.put(serial, need.task(), needed.with(TaskState.DEPENDENTS));
            }
        }
        if (spec.needs().isEmpty()) {
            state.put(Table.ROOTS, Keys.task(serial, index), 1L);
        }
        state.put(Table.SPECS, Keys.task(serial, index), spec);
        turn.put(
                serial,
                index,
                TaskState.submitted(spec.needs().size(), lanes.number(turn, project, spec), traits(spec)));
    }

    private static int traits(TaskSpec spec) {
        return (spec.allowFailure() ? TaskState.ALLOW_FAILURE : 0)
                | (spec.condition() != null ? TaskState.CONDITION : 0)
                | (spec.action().from() != null || !spec.action().downloads().isEmpty() ? TaskState.INPUTS : 0)
                | (spec.queueTimeoutMillis() > 0 ? TaskState.QUEUE_TIMEOUT : 0)
                | (spec.timeoutMillis() > 0 ? TaskState.RUN_TIMEOUT : 0)
                | (spec.needs().isEmpty() ? 0 : TaskState.NEEDS)
                | (spec.concurrency() != null ? TaskState.CONCURRENCY : 0)
                | (spec.action().generates() != null ? TaskState.GENERATES : 0);
    }

    /** What readers of events are told of it. */
    static Event.TaskSummary summary(TaskSpec spec) {
        var script = spec.action().script();
        var group = spec.concurrency();
        return new Event.TaskSummary(
                spec.name(),
                spec.base(),
                spec.matrix(),
                spec.needs(),
                spec.requirement(),
                spec.platform(),
                spec.priority(),
                spec.allowFailure(),
                spec.condition(),
                script.length() > SHOWN_SCRIPT ? script.substring(0, SHOWN_SCRIPT) + "\n…" : script,
                spec.action().artifacts().stream().map(a -> a.name()).toList(),
                spec.action().scriptBlob(),
                spec.action().resources(),
                group == null ? null : group.group(),
                spec.action().artifacts().stream()
                        .filter(a -> a.expiresMillis() > 0)
                        .collect(Collectors.toMap(Action.Artifact::name, Action.Artifact::expiresMillis)));
    }
}
