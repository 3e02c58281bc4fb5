package dev.coil.viewer.why;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.viewer.projection.Attempt;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskPhase;
import dev.coil.viewer.why.Reason.Kind;
import java.util.ArrayList;
import java.util.List;

/** What a task needs and has not ended, all that its needs generated included. */
final class OpenNeeds {

    private OpenNeeds() {}

    /** Their indexes: first those that the graph names. */
    static List<Integer> of(RunState run, int task) {
        return run.openNeeds(task, Integer.MAX_VALUE);
    }

    static List<Reason> reasons(RunState run, int task) {
        var open = of(run, task);
        var reasons = new ArrayList<Reason>();
        if (open.isEmpty()) {
            reasons.add(new Reason(Kind.NEEDS, "its needs have ended: it is just being looked at"));
        } else {
            var named = open.stream()
                    .limit(Phrases.NAMED)
                    .map(need -> described(run, need))
                    .toList();
            reasons.add(Reason.ofTasks(
                    Kind.NEEDS,
                    "it needs " + String.join(", ", named) + Phrases.more(open.size() - named.size()) + " to end first",
                    open.stream()
                            .limit(100)
                            .map(need -> new TaskRef(run.project(), run.number(), need))
                            .toList()));
        }
        var condition = run.facts(task).condition();
        if (condition != null) {
            reasons.add(new Reason(Kind.CONDITION, "whether it runs then is for its 'if' to say: " + condition));
        }
        return reasons;
    }

    /** {@code build (running on build7)}, {@code test (ready, but no worker has label quiet)} */
    private static String described(RunState run, int task) {
        var state = run.task(task);
        var text = state.phase().text();
        var attempt = state.latestAttempt();
        var hold = state.hold();
        var pause = run.pause(task);
        var shortage = run.shortage(task);
        if (state.phase() == TaskPhase.RUNNING && attempt != null) {
            text += on(attempt);
        } else if (pause != null) {
            text += ", but " + Orders.paused(pause);
        } else if (shortage != null) {
            text += ", but " + shortage;
        } else if (hold != null) {
            text = hold.text();
        }
        return run.facts(task).name() + " (" + text + ")";
    }

    private static String on(Attempt attempt) {
        return " on " + attempt.worker();
    }
}
