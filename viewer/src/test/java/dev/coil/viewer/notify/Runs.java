package dev.coil.viewer.notify;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.viewer.projection.Events;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import java.util.List;
import java.util.Map;

/** Runs of commits, as a scheduler would tell of them. */
final class Runs {

    final Projection projection = new Projection();
    final Events events = new Events(projection);

    static TaskSummary task(String name, String platform, boolean allowFailure) {
        return new TaskSummary(
                name,
                name,
                Map.of(),
                List.of(),
                Requirement.parse("os=linux"),
                platform.isEmpty() ? null : platform,
                Priority.NORMAL,
                allowFailure,
                null,
                "make " + name,
                List.of());
    }

    static TaskSummary task(String name) {
        return task(name, "linux-x86_64", false);
    }

    RunState push(String project, int number, String commit, TaskSummary... tasks) {
        return run(project, number, new Source(commit, "refs/heads/main", "push", "", "", "A subject"), tasks);
    }

    RunState pullRequest(String project, int number, String commit, int request, TaskSummary... tasks) {
        var ref = "refs/pull/" + request + "/head";
        return run(project, number, new Source(commit, ref, "pull_request", "", "", "A subject"), tasks);
    }

    RunState run(String project, int number, Source source, TaskSummary... tasks) {
        var id = String.format("%016x", project.hashCode() * 100_000L + number);
        events.tell(new Event.TasksStaged(project, id, 0, List.of(tasks)));
        events.tell(new Event.RunCreated(project, number, id, source, tasks.length, "andrea"));
        var run = projection.run(project, number);
        if (run == null) {
            throw new AssertionError("not created");
        }
        return run;
    }

    void start(RunState run, int task) {
        events.ready(run, task, 1);
        events.claimed(run, task, 1);
    }

    void end(RunState run, int task, Outcome outcome) {
        events.finished(run, task, 1, outcome, outcome == Outcome.SUCCESS ? 0 : 1);
    }

    void known(RunState run, Outcome outcome) {
        events.tell(new Event.RunOutcomeKnown(run.project(), run.number(), outcome));
    }

    /** All that may fail has ended as well. */
    void finish(RunState run, Outcome outcome) {
        events.tell(new Event.RunFinished(run.project(), run.number(), outcome));
    }

    /** From nothing to its end, with all its tasks ended so. */
    void whole(RunState run, Outcome outcome) {
        for (int task = 0; task < run.size(); task++) {
            events.done(run, task, outcome);
        }
        known(run, outcome);
        finish(run, outcome);
    }
}
