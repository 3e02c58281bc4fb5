package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.RunInfo;
import dev.coil.scheduler.state.RunState;
import dev.coil.scheduler.state.Submission;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Lanes;
import java.util.ArrayList;
import java.util.Objects;

/** How submitted tasks become a run. */
final class Submitting {

    private static final int SHOWN_SCRIPT = 2_000;

    private final Lanes lanes;
    private final RunGroups runs;

    Submitting(Lanes lanes, RunGroups runs) {
        this.lanes = lanes;
        this.runs = runs;
    }

    void stage(Turn turn, Command.StageTasks stage) {
        var key = Keys.text(stage.submission());
        var submission = turn.state().get(Table.SUBMISSIONS, key);
        if (submission == null) {
            submission = new Submission(Meta.SERIAL.next(turn.state()), 0, 0, 0);
        }
        if (submission.run() != 0 || stage.first() != submission.staged()) {
            return;
        }
        int index = stage.first();
        int required = submission.required();
        var summaries = new ArrayList<Event.TaskSummary>();
        for (var spec : stage.tasks()) {
            add(turn, stage.project(), submission.serial(), index++, spec);
            required += spec.allowFailure() ? 0 : 1;
            summaries.add(summary(spec));
        }
        turn.state().put(Table.SUBMISSIONS, key, new Submission(submission.serial(), index, required, 0));
        Forgetting.staged(turn, submission.serial(), stage.submission());
        turn.emit(new Event.TasksStaged(stage.project(), stage.submission(), stage.first(), summaries));
    }

    private void add(Turn turn, String project, long serial, int index, TaskSpec spec) {
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
                | (spec.concurrency() != null ? TaskState.CONCURRENCY : 0);
    }

    private static Event.TaskSummary summary(TaskSpec spec) {
        var script = spec.action().script();
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
                spec.action().scriptBlob());
    }

    void submit(Turn turn, Command.SubmitRun submit) {
        var key = Keys.text(submit.submission());
        var submission = turn.state().get(Table.SUBMISSIONS, key);
        if (submission != null && submission.run() != 0) {
            answer(turn, submit, submission.run());
            return;
        }
        int staged = submission == null ? 0 : submission.staged();
        if (submission == null || staged != submit.tasks()) {
            turn.emit(new Event.RequestAnswered(
                    submit.requestId(),
                    submit.project(),
                    0,
                    Rejection.INCOMPLETE_SUBMISSION,
                    "the submission names " + submit.tasks() + " tasks, but " + staged + " arrived; submit again"));
            return;
        }
        long serial = submission.serial();
        int run = Math.toIntExact(nextNumber(turn, submit.project()));
        var state = turn.state();
        state.put(Table.SUBMISSIONS, key, new Submission(serial, staged, submission.required(), run));
        state.put(Table.RUN_NUMBERS, Keys.runNumber(submit.project(), run), serial);
        state.put(
                Table.RUN_INFOS,
                Keys.number(serial),
                new RunInfo(
                        submit.project(),
                        run,
                        submit.submission(),
                        submit.source(),
                        staged,
                        submit.skipUnmatched(),
                        submit.submitter(),
                        submit.concurrency()));
        turn.put(serial, RunState.submitted(staged, submission.required()));
        state.put(Table.OPEN_RUNS, Keys.number(serial), 1L);
        state.delete(Table.STAGED, Keys.number(serial));
        turn.emit(new Event.RunCreated(
                submit.project(), run, submit.submission(), submit.source(), staged, submit.submitter()));
        answer(turn, submit, run);
        runs.enter(turn, serial);
    }

    private static long nextNumber(Turn turn, String project) {
        var key = Keys.text(project);
        var last = turn.state().get(Table.PROJECTS, key);
        long number = last == null ? 1 : last + 1;
        turn.state().put(Table.PROJECTS, key, number);
        return number;
    }

    private static void answer(Turn turn, Command.SubmitRun submit, int run) {
        turn.emit(new Event.RequestAnswered(submit.requestId(), submit.project(), run, null, ""));
    }
}
