package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.graph.parse.Limits;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.StagedPart;
import dev.coil.scheduler.state.Staging;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.turn.Turn;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a running task adds tasks to its run. They are staged under its claim; the accepted result that names their number and digest
 * makes them tasks of the run, and any other end of the attempt drops them. So an attempt that is made again cannot double them.
 */
final class Generating {

    private final NewTasks newTasks;
    private final Generations generations;
    private final Agenda agenda;

    Generating(NewTasks newTasks, Generations generations, Agenda agenda) {
        this.newTasks = newTasks;
        this.generations = generations;
        this.agenda = agenda;
    }

    /** What does not come from the holder of the claim, in order, and sound, is as if it had not come: the seal tells. */
    void stage(Turn turn, Command.StageGenerated stage) {
        var held = Claiming.held(turn, stage.project(), stage.run(), stage.task(), stage.attempt(), stage.claim());
        if (held == null || !held.task().has(TaskState.GENERATES)) {
            return;
        }
        long serial = held.serial();
        if (stage.part() == 0 && isOfAnotherFile(turn, serial, stage)) {
            drop(turn, serial, stage.task());
        }
        var staging = turn.state().get(Table.STAGINGS, Keys.task(serial, stage.task()));
        if (staging == null) {
            staging = new Staging(stage.attempt(), stage.sha256(), 0, 0, 0);
        }
        if (!staging.sha256().equals(stage.sha256())
                || stage.part() != staging.parts()
                || staging.tasks() + stage.tasks().size() > Limits.GENERATED
                || !isSound(turn.spec(serial, stage.task()), staging.tasks(), stage)) {
            return;
        }
        int required = staging.required();
        var tasks = new ArrayList<TaskSpec>();
        var summaries = new ArrayList<Event.TaskSummary>();
        for (var spec : stage.tasks()) {
            // What may fail may fail with all that comes of it.
            var task = held.task().has(TaskState.ALLOW_FAILURE)
                    ? spec.with().allowFailure(true).build()
                    : spec;
            tasks.add(task);
            summaries.add(NewTasks.summary(task));
            required += task.allowFailure() ? 0 : 1;
        }
        var state = turn.state();
        state.put(
                Table.STAGED_PARTS,
                Keys.dependent(serial, stage.task(), staging.tasks()),
                new StagedPart(staging.tasks(), tasks));
        state.put(
                Table.STAGINGS,
                Keys.task(serial, stage.task()),
                new Staging(
                        stage.attempt(),
                        stage.sha256(),
                        staging.parts() + 1,
                        staging.tasks() + tasks.size(),
                        required));
        turn.emit(new Event.GeneratedStaged(
                stage.project(), stage.run(), stage.task(), stage.attempt(), stage.part(), summaries));
    }

    private static boolean isOfAnotherFile(Turn turn, long serial, Command.StageGenerated stage) {
        var staging = turn.state().get(Table.STAGINGS, Keys.task(serial, stage.task()));
        return staging != null && !staging.sha256().equals(stage.sha256());
    }

    /** Whether every name is the generator's to give, every need comes before, and nothing is too deep. */
    private static boolean isSound(TaskSpec generator, int first, Command.StageGenerated stage) {
        var prefix = generator.name() + "/";
        int depth = Objects.requireNonNull(generator.action().generates()).depth();
        int index = first;
        for (var spec : stage.tasks()) {
            var generates = spec.action().generates();
            int place = index++;
            if (!spec.name().startsWith(prefix)
                    || spec.needs().stream().anyMatch(need -> need.task() >= place)
                    || (generates != null && (generates.depth() != depth + 1 || depth >= Limits.GENERATORS))) {
                return false;
            }
        }
        return true;
    }

    void seal(Turn turn, Command.SealGenerated seal) {
        var held = Claiming.held(turn, seal.project(), seal.run(), seal.task(), seal.attempt(), seal.claim());
        if (held == null || !held.task().has(TaskState.GENERATES)) {
            answer(turn, seal, Rejection.CLAIM_LOST, "this attempt is no longer the worker's");
            return;
        }
        var staging = turn.state().get(Table.STAGINGS, Keys.task(held.serial(), seal.task()));
        if (!isWhole(staging, seal.sha256(), seal.tasks())) {
            int staged = staging == null ? 0 : staging.tasks();
            answer(
                    turn,
                    seal,
                    Rejection.INCOMPLETE_SUBMISSION,
                    "the task generated " + seal.tasks() + " tasks, but " + staged + " arrived");
        } else {
            var tooMany = tooMany(turn, held.serial(), seal.tasks());
            answer(turn, seal, tooMany == null ? null : Rejection.TOO_MANY_TASKS, tooMany == null ? "" : tooMany);
        }
    }

    private static boolean isWhole(@Nullable Staging staging, String sha256, int tasks) {
        return tasks == 0
                ? staging == null
                : staging != null && staging.sha256().equals(sha256) && staging.tasks() == tasks;
    }

    private static @Nullable String tooMany(Turn turn, long serial, int tasks) {
        int now = turn.run(serial).total();
        return now + tasks <= Limits.TASKS
                ? null
                : "with the " + tasks + " tasks that it generated, the run of " + now
                        + " would have more than 200,000 (let one task do more)";
    }

    /**
     * A result comes from the holder of the claim: if the task succeeded, what it generated becomes part of the run.
     *
     * @return the result, or another one in its place if it cannot be had
     */
    AttemptResult accept(Turn turn, long serial, int index, TaskState task, AttemptResult result) {
        if (!task.has(TaskState.GENERATES) || result.outcome() != Outcome.SUCCESS) {
            return result;
        }
        var staging = turn.state().get(Table.STAGINGS, Keys.task(serial, index));
        var generated = result.generated();
        if (generated == null || !isWhole(staging, generated.sha256(), generated.tasks())) {
            return instead(
                    result,
                    Outcome.ERROR,
                    generated == null
                            ? "its worker does not know of tasks that generate others: it is older than the node"
                            : "what it generated did not arrive whole");
        }
        var tooMany = tooMany(turn, serial, generated.tasks());
        if (tooMany != null) {
            return instead(result, Outcome.FAILURE, tooMany);
        }
        if (staging != null) {
            add(turn, serial, index, task, staging);
        }
        return result;
    }

    private static AttemptResult instead(AttemptResult result, Outcome outcome, String reason) {
        return new AttemptResult(
                outcome,
                result.exitCode(),
                null,
                reason,
                result.startedAt(),
                result.finishedAt(),
                result.logBytes(),
                result.artifacts(),
                null,
                null);
    }

    /** The run has the tasks from now on; they come into the state step by step. */
    private void add(Turn turn, long serial, int index, TaskState task, Staging staging) {
        var run = turn.run(serial);
        int first = run.total();
        turn.put(serial, run.grow(staging.tasks(), staging.required()));
        turn.state().delete(Table.STAGINGS, Keys.task(serial, index));
        var info = turn.info(serial);
        turn.emit(
                new Event.TasksGenerated(info.project(), info.number(), index, task.attempt(), first, staging.tasks()));
        generations.begin(turn, serial, index, first, staging.tasks());
    }

    /** Some more of what a task generated comes into the state. Returns the index to go on from, or -1 when nothing is left. */
    int advance(Turn turn, Cursor cursor, int budget, int[] used) {
        long serial = cursor.serial();
        var info = turn.info(serial);
        int base = Objects.requireNonNull(Generations.of(turn, serial, cursor.task()))
                .first();
        int[] next = {-1};
        turn.state().scan(Table.STAGED_PARTS, Keys.task(serial, cursor.task()), (key, part) -> {
            int end = part.first() + part.tasks().size();
            for (int i = Math.max(cursor.next(), part.first()); i < end; i++) {
                if (used[0] == budget) {
                    next[0] = i;
                    return false;
                }
                used[0]++;
                var spec = part.tasks().get(i - part.first());
                int index = base + i;
                newTasks.add(turn, info.project(), serial, index, spec.shifted(base));
                turn.put(
                        serial,
                        index,
                        Objects.requireNonNull(turn.task(serial, index)).with(TaskState.GENERATED));
                turn.state().put(Table.GENERATORS, Keys.task(serial, index), (long) cursor.task());
            }
            turn.state().delete(Table.STAGED_PARTS, key);
            return true;
        });
        if (next[0] < 0) {
            // Only now, so that nobody is told of the end of a need before he is there.
            agenda.add(new Cursor(Cursor.Kind.ROOTS, serial, 0, 0, ""));
        }
        return next[0];
    }

    /** Whether some of what a task has added to its run has yet to come into the state. */
    static boolean isIncomplete(Turn turn, long serial, int generator) {
        boolean[] any = {false};
        turn.state().scan(Table.STAGED_PARTS, Keys.task(serial, generator), (key, part) -> {
            any[0] = true;
            return false;
        });
        return any[0];
    }

    /** The attempt is over: what was staged in it and has not become part of the run is forgotten. */
    static void drop(Turn turn, long serial, int index) {
        var key = Keys.task(serial, index);
        if (turn.state().get(Table.STAGINGS, key) == null) {
            return;
        }
        turn.state().delete(Table.STAGINGS, key);
        turn.state().scan(Table.STAGED_PARTS, key, (part, tasks) -> {
            turn.state().delete(Table.STAGED_PARTS, part);
            return true;
        });
    }

    private static void answer(Turn turn, Command.SealGenerated seal, @Nullable Rejection rejection, String message) {
        turn.emit(new Event.RequestAnswered(seal.requestId(), seal.project(), seal.run(), rejection, message));
    }
}
