package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.RunInfo;
import dev.coil.scheduler.state.RunState;
import dev.coil.scheduler.state.Submission;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.ArrayList;

/** How submitted tasks become a run. */
final class Submitting {

    private final NewTasks newTasks;
    private final RunGroups runs;

    Submitting(NewTasks newTasks, RunGroups runs) {
        this.newTasks = newTasks;
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
            newTasks.add(turn, stage.project(), submission.serial(), index++, spec);
            required += spec.allowFailure() ? 0 : 1;
            summaries.add(NewTasks.summary(spec));
        }
        turn.state().put(Table.SUBMISSIONS, key, new Submission(submission.serial(), index, required, 0));
        Forgetting.staged(turn, submission.serial(), stage.submission());
        turn.emit(new Event.TasksStaged(stage.project(), stage.submission(), stage.first(), summaries));
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
