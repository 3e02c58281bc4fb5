package dev.coil.viewer.projection;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells a projection what a scheduler would; a second passes with each event. */
public final class Events {

    public static final long START = 1_700_000_000_000L;

    private final Projection projection;
    private long seq;

    public Events(Projection projection) {
        this.projection = projection;
    }

    /** When the last event was told. */
    public long now() {
        return START + seq * 1_000;
    }

    public void tell(Event event) {
        tell(0, event);
    }

    public void tell(int partition, Event event) {
        seq++;
        projection.apply(new EventRecord(partition, seq, now(), event));
    }

    public static TaskSummary task(String name, Integer... needs) {
        return task(name, false, needs);
    }

    public static TaskSummary task(String name, boolean allowFailure, Integer... needs) {
        return new TaskSummary(
                name,
                name,
                Map.of(),
                List.of(needs).stream().map(Need::on).toList(),
                Requirement.parse("os=linux"),
                null,
                Priority.NORMAL,
                allowFailure,
                null,
                "make " + name,
                List.of());
    }

    /** Stages the tasks and makes them run {@code number} of the project, whose id is that number in hex. */
    public RunState run(String project, int number, TaskSummary... tasks) {
        var id = String.format("%016x", number + 0xab00L);
        tell(new Event.TasksStaged(project, id, 0, List.of(tasks)));
        tell(new Event.RunCreated(
                project,
                number,
                id,
                new Source("c0ffee", "refs/heads/main", "push", "", "", "A subject"),
                tasks.length,
                "andrea"));
        var run = projection.run(project, number);
        if (run == null) {
            throw new AssertionError("not created");
        }
        return run;
    }

    public void ready(RunState run, int task, int attempt) {
        tell(new Event.TaskReady(run.project(), run.number(), task, attempt));
    }

    public void claimed(RunState run, int task, int attempt) {
        tell(new Event.TaskClaimed(
                run.project(), run.number(), task, attempt, new ClaimId("inc1", task * 10L + attempt), "build1"));
    }

    public void attemptEnded(RunState run, int task, int attempt, Outcome outcome, String reason) {
        tell(new Event.AttemptEnded(run.project(), run.number(), task, attempt, outcome, null, reason, 0));
    }

    public void finished(RunState run, int task, int attempt, Outcome outcome, @Nullable Integer exitCode) {
        var result = new AttemptResult(outcome, exitCode, null, null, 1, 2, 11, List.of(), null, null);
        tell(new Event.TaskFinished(run.project(), run.number(), task, attempt, outcome, result, null, null, null));
    }

    /** What a task that is running adds to its run. */
    public void generated(RunState run, int task, int attempt, TaskSummary... tasks) {
        staged(run, task, attempt, tasks);
        tell(new Event.TasksGenerated(run.project(), run.number(), task, attempt, run.size(), tasks.length));
    }

    public void staged(RunState run, int task, int attempt, TaskSummary... tasks) {
        tell(new Event.GeneratedStaged(run.project(), run.number(), task, attempt, 0, List.of(tasks)));
    }

    /** A task that needs another one and all that this generates. */
    public static TaskSummary afterAllOf(String name, int generator) {
        var task = task(name);
        return new TaskSummary(
                task.name(),
                task.base(),
                task.matrix(),
                List.of(new Need(generator, List.of(), true)),
                task.requirement(),
                null,
                task.priority(),
                false,
                null,
                task.script(),
                List.of());
    }

    /** Ready, claimed and finished at the first attempt. */
    public void done(RunState run, int task, Outcome outcome) {
        ready(run, task, 1);
        claimed(run, task, 1);
        finished(run, task, 1, outcome, outcome == Outcome.SUCCESS ? 0 : 1);
    }

    /** Ended without having been run. */
    public void skipped(RunState run, int task, EndKind kind) {
        tell(new Event.TaskFinished(
                run.project(), run.number(), task, 0, Outcome.SKIPPED, null, null, "for a reason", kind));
    }

    public static WorkerInfo worker(String name, String incarnation) {
        return new WorkerInfo(
                name,
                "w-" + name,
                incarnation,
                Attributes.of(Map.of("os", "linux", "arch", "s390x"), "quiet"),
                2,
                "1",
                START,
                false);
    }
}
