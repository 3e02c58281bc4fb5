package dev.coil.viewer.why;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.viewer.projection.Hold;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskPhase;
import dev.coil.viewer.projection.TaskState;
import dev.coil.viewer.why.Reason.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The place of one task among those that wait for a place in its concurrency group, and who has the places now. */
final class GroupPlace {

    private final List<TaskRef> holders = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<TaskRef> before = new ArrayList<>();

    GroupPlace(Projection projection, RunState mine, int task) {
        var group = mine.facts(task).concurrency();
        long since = mine.task(task).version();
        for (var run : projection.runs(mine.project()).values()) {
            if (run.head().finished()) {
                continue;
            }
            for (int i = 0; i < run.size(); i++) {
                if (group != null && Objects.equals(group, run.facts(i).concurrency())) {
                    look(run, i, since);
                }
            }
        }
    }

    private void look(RunState run, int task, long since) {
        var state = run.task(task);
        var ref = new TaskRef(run.project(), run.number(), task);
        if (isIn(state)) {
            holders.add(ref);
            names.add(
                    run.facts(task).name() + " of " + run + " (" + state.phase().text() + ")");
        } else if (waits(state) && state.version() < since) {
            before.add(ref);
        }
    }

    /** A task keeps its place through all its attempts. */
    private static boolean isIn(TaskState state) {
        var hold = state.hold();
        return state.phase() == TaskPhase.READY
                || state.phase() == TaskPhase.RUNNING
                || (hold != null && hold.kind() == Hold.Kind.PAUSE);
    }

    private static boolean waits(TaskState state) {
        var hold = state.hold();
        return hold != null && hold.kind() == Hold.Kind.GROUP;
    }

    Reason reason(Hold hold) {
        if (names.isEmpty()) {
            return new Reason(Kind.GROUP, hold.text());
        }
        var others = before.isEmpty()
                ? ""
                : "; " + before.size() + (before.size() == 1 ? " other waits" : " others wait") + " before it";
        return Reason.ofTasks(
                Kind.GROUP,
                "waits for a place in the concurrency group '" + hold.group() + "', which " + Phrases.names(names)
                        + (names.size() == 1 ? " has" : " have") + others,
                holders);
    }

    /** The tasks that have the places. */
    List<TaskRef> holders() {
        return holders;
    }

    /** Those that asked for a place earlier. */
    List<TaskRef> before() {
        return before;
    }
}
