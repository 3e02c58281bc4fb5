package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.History.require;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.scheduler.resolver.History.Run;
import dev.coil.scheduler.resolver.History.Status;
import dev.coil.scheduler.resolver.History.Task;
import dev.coil.scheduler.turn.Effect;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows of tasks and runs only what the world is told, in order, and what may never be told after that. Each effect is looked at once,
 * so that a long history costs no more than its length.
 */
final class Witness {

    final History told = new History();
    final ReadyLines lines = new ReadyLines(told);
    private final Map<String, List<TaskSpec>> submissions;
    private final Map<ClaimId, List<TaskSpec>> generated;
    private final Map<String, Integer> held = new HashMap<>();
    private final Map<String, Integer> groups = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private long seq;
    private long at;

    /**
     * @param submissions the tasks of each submission's id
     * @param generated what is generated under each claim
     */
    Witness(Map<String, List<TaskSpec>> submissions, Map<ClaimId, List<TaskSpec>> generated) {
        this.submissions = submissions;
        this.generated = generated;
    }

    /** A command was folded to these effects. */
    void see(Command command, List<Effect> effects) {
        int answers = 0;
        for (var effect : effects) {
            if (effect instanceof Effect.Emit emit) {
                require(emit.seq() == ++seq, "event %s has number %s", seq, emit.seq());
                require(emit.at() >= at, "the clock goes back from %s to %s", at, emit.at());
                at = emit.at();
                if (emit.event() instanceof Event.RequestAnswered) {
                    answers++;
                } else {
                    told.workers.see(emit.event());
                    see(command, emit.event());
                }
            } else if (effect instanceof Effect.Publish publish) {
                var tuple = publish.task();
                var task = told.task(tuple.ref());
                require(task.status == Status.READY && task.attempt == tuple.attempt(), "%s published", tuple.ref());
                require(!told.isPaused(tuple.ref(), task), "%s published while paused", tuple.ref());
                told.space.put(tuple.ref(), tuple.attempt());
                lines.published(tuple.ref(), task);
            } else if (effect instanceof Effect.Withdraw withdraw) {
                told.space.remove(withdraw.task());
                withdrawn(withdraw.task());
                var winner = withdraw.tombstone().winner();
                if (winner != null && told.task(withdraw.task()).status == Status.RUNNING) {
                    require(winner.equals(told.task(withdraw.task()).claim), "%s is told to have won", winner);
                } else if (winner != null) {
                    // The tombstone of a claim is told just before its event.
                    require(
                            command instanceof Command.ClaimTask claim
                                    && claim.claim().equals(winner)
                                    && effects.stream().anyMatch(e -> isClaimed(e, winner)),
                            "%s won a task that nobody runs",
                            winner);
                }
            }
        }
        boolean isRequest = command instanceof Command.Request || command instanceof Command.OfPartitions;
        require(answers == (isRequest ? 1 : 0), "%s answers to %s", answers, command);
        if (command instanceof Command.Pause) {
            told.space
                    .keySet()
                    .forEach(ref ->
                            require(!told.isPaused(ref, told.task(ref)), "%s stays in the space while paused", ref));
        }
        lines.checkWaiting();
        if (command instanceof Command.LoseWorker lose && !effects.isEmpty()) {
            lost.add(lose.incarnation());
            require(!held.containsKey(lose.incarnation()), "the lost %s holds claims", lose.incarnation());
        }
    }

    /** A run that was forgotten may have tuples left, which a zombie has put there. */
    private void withdrawn(TaskRef ref) {
        var task = told.tasks.get(ref);
        if (task != null) {
            lines.withdrawn(ref, task);
        }
    }

    private static boolean isClaimed(Effect effect, ClaimId claim) {
        return effect instanceof Effect.Emit emit
                && emit.event() instanceof Event.TaskClaimed claimed
                && claimed.claim().equals(claim);
    }

    private void see(Command command, Event event) {
        if (event instanceof Event.RunCreated created) {
            var run = new Run();
            told.runs.put(created.project() + "#" + created.run(), run);
            int index = 0;
            for (var spec : submissions.get(created.id())) {
                var task = new Task(spec);
                run.tasks.put(index, task);
                run.open++;
                run.openRequired += spec.allowFailure() ? 0 : 1;
                told.tasks.put(new TaskRef(created.project(), created.run(), index++), task);
            }
            told.openRuns++;
        } else if (event instanceof Event.RunCancelled cancelled) {
            var run = told.run(cancelled);
            for (var task : run.tasks.values()) {
                task.doomed = task.status == Status.READY;
            }
        } else if (event instanceof Event.RunReopened reopened) {
            require(told.run(reopened).finished, "%s reopened", reopened);
            told.run(reopened).finished = false;
            told.openRuns++;
        } else if (event instanceof Event.RunOutcomeKnown known) {
            require(told.run(known).openRequired == 0, "%s while required tasks are open", known);
            require(told.run(known).known == null, "%s is told again", known);
            told.run(known).known = known.outcome();
        } else if (event instanceof Event.RunFinished finished) {
            var run = told.run(finished);
            require(run.open == 0 && !run.finished, "%s with %s open tasks", finished, run.open);
            // That nothing ran at all is known only when the last task that may fail has ended.
            require(
                    run.known == finished.outcome()
                            || run.known == Outcome.SUCCESS && finished.outcome() == Outcome.SKIPPED,
                    "%s, but it was known as %s",
                    finished,
                    run.known);
            run.finished = true;
            told.openRuns--;
        } else if (event instanceof Event.Paused begun) {
            told.paused.add(begun.pause().scope());
        } else if (event instanceof Event.Resumed resumed) {
            require(told.paused.remove(resumed.scope()), "%s was not paused", resumed);
        } else if (event instanceof Event.RunForgotten forgotten) {
            require(told.run(forgotten).finished, "%s before it has finished", forgotten);
            require(command instanceof Command.ForgetRun, "%s by %s", forgotten, command);
            var run = told.runs.remove(forgotten.project() + "#" + forgotten.run());
            run.tasks
                    .keySet()
                    .forEach(task -> told.tasks.remove(new TaskRef(forgotten.project(), forgotten.run(), task)));
        } else if (event instanceof Event.OfTask of) {
            see(command, of, new TaskRef(of.project(), of.run(), of.task()));
        }
    }

    private void see(Command command, Event.OfTask event, TaskRef ref) {
        var task = told.task(ref);
        var run = told.run(event);
        if (event instanceof Event.TaskBlocked) {
            require(task.status == Status.WAITING, "%s is blocked while %s", ref, task.status);
            checkNeeds(ref, task);
            task.blocked = true;
        } else if (event instanceof Event.TaskReady ready) {
            require(task.status == Status.WAITING, "%s became ready while %s", ref, task.status);
            require(ready.attempt() == task.attempt + 1, "%s: attempt %s after %s", ref, ready.attempt(), task.attempt);
            checkNeeds(ref, task);
            task.blocked = false;
            task.status = Status.READY;
            lines.ready(ref, task);
            task.attempt = ready.attempt();
            task.doomed = false;
        } else if (event instanceof Event.TaskClaimed claimed) {
            require(
                    task.status == Status.READY && task.attempt == claimed.attempt(),
                    "%s claimed while %s",
                    ref,
                    task.status);
            require(claimed.attempt() > task.claimed, "attempt %s of %s claimed twice", claimed.attempt(), ref);
            require(!lost.contains(claimed.claim().incarnation()), "%s claimed by a lost worker", ref);
            require(!task.doomed, "%s started after its run was cancelled", ref);
            require(!told.isPaused(ref, task), "%s started while paused", ref);
            require(!told.paused.contains(PauseScope.worker(claimed.worker())), "%s claimed by a drained worker", ref);
            task.status = Status.RUNNING;
            lines.left(ref, task);
            task.claimed = claimed.attempt();
            task.claim = claimed.claim();
            held.merge(claimed.claim().incarnation(), 1, Integer::sum);
            count(ref, task, 1);
        } else if (event instanceof Event.AttemptEnded end) {
            require(
                    task.status == Status.RUNNING && task.attempt == end.attempt(),
                    "%s ended while %s",
                    end,
                    task.status);
            checkResult(command, task, end.result());
            release(ref, task);
            task.status = Status.WAITING;
        } else if (event instanceof Event.TaskFinished end) {
            require(task.status != Status.ENDED, "%s ended twice", ref);
            require(task.attempt == end.attempt(), "%s ended with attempt %s", ref, end.attempt());
            require(
                    end.kind() != EndKind.QUEUE_TIMEOUT || !told.isPaused(ref, task),
                    "%s waited too long while it was paused",
                    ref);
            if (end.result() != null) {
                checkResult(command, task, end.result());
            }
            release(ref, task);
            task.status = Status.ENDED;
            lines.left(ref, task);
            run.open--;
            run.openRequired -= task.spec.allowFailure() ? 0 : 1;
        } else if (event instanceof Event.GeneratedStaged staged) {
            require(task.status == Status.RUNNING && task.attempt == staged.attempt(), "staged by %s", ref);
        } else if (event instanceof Event.TasksGenerated added) {
            require(
                    command instanceof Command.FinishTask finish
                            && finish.claim().equals(task.claim)
                            && added.attempt() == task.attempt,
                    "tasks were added by %s",
                    command);
            add(run, ref, task, added);
        } else if (event instanceof Event.TaskReset) {
            require(task.status == Status.ENDED, "%s reset while %s", ref, task.status);
            task.status = Status.WAITING;
            task.blocked = false;
            run.open++;
            run.openRequired += task.spec.allowFailure() ? 0 : 1;
            run.known = null;
        }
    }

    private void add(Run run, TaskRef generator, Task task, Event.TasksGenerated added) {
        var specs = generated.get(task.claim);
        require(specs != null && specs.size() == added.tasks(), "%s, of %s", added, specs);
        require(added.first() == run.tasks.size(), "%s to %s tasks", added, run.tasks.size());
        require(!task.hasGenerated, "%s generates twice", generator);
        require(!run.finished, "%s to a finished run", added);
        task.hasGenerated = true;
        int index = added.first();
        for (var spec : specs) {
            boolean mayFail = task.spec.allowFailure() || spec.allowFailure();
            require(run.known == null || mayFail, "%s, and its outcome was known", added);
            var one = new Task(
                    spec.shifted(added.first()).with().allowFailure(mayFail).build());
            one.generator = generator.task();
            run.tasks.put(index, one);
            run.open++;
            run.openRequired += mayFail ? 0 : 1;
            told.tasks.put(new TaskRef(generator.project(), generator.run(), index++), one);
        }
    }

    private void checkNeeds(TaskRef ref, Task task) {
        for (var need : task.spec.needs()) {
            var needed = told.task(new TaskRef(ref.project(), ref.run(), need.task()));
            // One that was in line already stays there when its need is run again.
            require(needed.status == Status.ENDED || task.blocked, "%s goes on before its need %s", ref, need.task());
            var run = told.runs.get(ref.project() + "#" + ref.run());
            require(
                    !need.generated() || task.blocked || told.open(run, need.task()) == 0,
                    "%s goes on before all that %s generates",
                    ref,
                    need.task());
        }
    }

    private static void checkResult(Command command, Task task, @Nullable AttemptResult result) {
        if (result != null) {
            require(
                    command instanceof Command.FinishTask finish
                            && finish.claim().equals(task.claim)
                            && finish.attempt() == task.attempt,
                    "a result was accepted from %s",
                    command);
        }
    }

    private void release(TaskRef ref, Task task) {
        if (task.status == Status.RUNNING) {
            held.computeIfPresent(task.claim.incarnation(), (k, n) -> n > 1 ? n - 1 : null);
            task.claim = null;
            count(ref, task, -1);
        }
    }

    private void count(TaskRef ref, Task task, int step) {
        var limit = task.spec.concurrency();
        if (limit != null) {
            int running = groups.merge(ref.project() + "/" + limit.group(), step, Integer::sum);
            require(running <= limit.max(), "%s of group %s run at once", running, limit.group());
        }
    }

    /** What is paused, in an order that chance has no part in. */
    List<PauseScope> paused() {
        return told.paused.stream()
                .sorted(Comparator.comparing(PauseScope::toString))
                .toList();
    }

    int openRuns() {
        return told.openRuns;
    }

    long lastSeq() {
        return seq;
    }

    /** The claims that are held, by incarnation: cheap enough for every step. */
    void checkHeld(Resolver resolver) {
        require(resolver.heldClaims().equals(held), "held are %s, but counted %s", held, resolver.heldClaims());
    }
}
