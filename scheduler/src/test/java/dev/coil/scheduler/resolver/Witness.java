package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows of tasks and runs only what the world is told, in order, and what may never be told after that. Each effect is looked at once,
 * so that a long history costs no more than its length.
 */
final class Witness {

    private static final String READY = "ready";
    private static final String RUNNING = "running";
    private static final String ENDED = "ended";

    private static final class Task {
        final TaskSpec spec;
        String status = "waiting";
        int attempt;
        int claimed;

        @Nullable
        ClaimId claim;

        boolean blocked;
        /** The index of the task that generated it. */
        @Nullable
        Integer generator;

        boolean hasGenerated;
        /** The run was cancelled after this attempt became ready. */
        boolean doomed;

        Task(TaskSpec spec) {
            this.spec = spec;
        }
    }

    private static final class Run {
        final Map<Integer, Task> tasks = new TreeMap<>();
        boolean finished;
        int open;
        int openRequired;

        @Nullable
        Outcome known;
    }

    private final Map<String, List<TaskSpec>> submissions;
    private final Map<ClaimId, List<TaskSpec>> generated;
    private final Map<TaskRef, Task> tasks = new HashMap<>();
    private final Map<String, Run> runs = new HashMap<>();
    private final Map<TaskRef, Integer> space = new HashMap<>();
    private final Map<String, Integer> held = new HashMap<>();
    private final Map<String, Integer> groups = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private final Set<PauseScope> paused = new HashSet<>();
    private long seq;
    private long at;
    private int openRuns;

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
                check(emit.seq() == ++seq, "event %s has number %s", seq, emit.seq());
                check(emit.at() >= at, "the clock goes back from %s to %s", at, emit.at());
                at = emit.at();
                if (emit.event() instanceof Event.RequestAnswered) {
                    answers++;
                } else {
                    see(command, emit.event());
                }
            } else if (effect instanceof Effect.Publish publish) {
                var tuple = publish.task();
                var task = task(tuple.ref());
                check(task.status.equals(READY) && task.attempt == tuple.attempt(), "%s published", tuple.ref());
                check(!isPaused(tuple.ref(), task), "%s published while paused", tuple.ref());
                space.put(tuple.ref(), tuple.attempt());
            } else if (effect instanceof Effect.Withdraw withdraw) {
                space.remove(withdraw.task());
                var winner = withdraw.tombstone().winner();
                if (winner != null && task(withdraw.task()).status.equals(RUNNING)) {
                    check(winner.equals(task(withdraw.task()).claim), "%s is told to have won", winner);
                } else if (winner != null) {
                    // The tombstone of a claim is told just before its event.
                    check(
                            command instanceof Command.ClaimTask claim
                                    && claim.claim().equals(winner)
                                    && effects.stream().anyMatch(e -> isClaimed(e, winner)),
                            "%s won a task that nobody runs",
                            winner);
                }
            }
        }
        boolean isRequest = command instanceof Command.Request || command instanceof Command.OfPartitions;
        check(answers == (isRequest ? 1 : 0), "%s answers to %s", answers, command);
        if (command instanceof Command.Pause) {
            space.keySet().forEach(ref -> check(!isPaused(ref, task(ref)), "%s stays in the space while paused", ref));
        }
        if (command instanceof Command.LoseWorker lose && !effects.isEmpty()) {
            lost.add(lose.incarnation());
            check(!held.containsKey(lose.incarnation()), "the lost %s holds claims", lose.incarnation());
        }
    }

    private boolean isPaused(TaskRef ref, Task task) {
        return paused.stream().anyMatch(scope -> scope.covers(ref.project(), task.spec.requirement()));
    }

    private static boolean isClaimed(Effect effect, ClaimId claim) {
        return effect instanceof Effect.Emit emit
                && emit.event() instanceof Event.TaskClaimed claimed
                && claimed.claim().equals(claim);
    }

    private void see(Command command, Event event) {
        if (event instanceof Event.RunCreated created) {
            var run = new Run();
            runs.put(created.project() + "#" + created.run(), run);
            int index = 0;
            for (var spec : submissions.get(created.id())) {
                var task = new Task(spec);
                run.tasks.put(index, task);
                run.open++;
                run.openRequired += spec.allowFailure() ? 0 : 1;
                tasks.put(new TaskRef(created.project(), created.run(), index++), task);
            }
            openRuns++;
        } else if (event instanceof Event.RunCancelled cancelled) {
            var run = run(cancelled);
            for (var task : run.tasks.values()) {
                task.doomed = task.status.equals(READY);
            }
        } else if (event instanceof Event.RunReopened reopened) {
            check(run(reopened).finished, "%s reopened", reopened);
            run(reopened).finished = false;
            openRuns++;
        } else if (event instanceof Event.RunOutcomeKnown known) {
            check(run(known).openRequired == 0, "%s while required tasks are open", known);
            check(run(known).known == null, "%s is told again", known);
            run(known).known = known.outcome();
        } else if (event instanceof Event.RunFinished finished) {
            var run = run(finished);
            check(run.open == 0 && !run.finished, "%s with %s open tasks", finished, run.open);
            // That nothing ran at all is known only when the last task that may fail has ended.
            check(
                    run.known == finished.outcome()
                            || run.known == Outcome.SUCCESS && finished.outcome() == Outcome.SKIPPED,
                    "%s, but it was known as %s",
                    finished,
                    run.known);
            run.finished = true;
            openRuns--;
        } else if (event instanceof Event.Paused begun) {
            paused.add(begun.pause().scope());
        } else if (event instanceof Event.Resumed resumed) {
            check(paused.remove(resumed.scope()), "%s was not paused", resumed);
        } else if (event instanceof Event.RunForgotten forgotten) {
            check(run(forgotten).finished, "%s before it has finished", forgotten);
            check(command instanceof Command.ForgetRun, "%s by %s", forgotten, command);
            var run = runs.remove(forgotten.project() + "#" + forgotten.run());
            run.tasks.keySet().forEach(task -> tasks.remove(new TaskRef(forgotten.project(), forgotten.run(), task)));
        } else if (event instanceof Event.OfTask of) {
            see(command, of, new TaskRef(of.project(), of.run(), of.task()));
        }
    }

    private void see(Command command, Event.OfTask event, TaskRef ref) {
        var task = task(ref);
        var run = run(event);
        if (event instanceof Event.TaskBlocked) {
            check(task.status.equals("waiting"), "%s is blocked while %s", ref, task.status);
            checkNeeds(ref, task);
            task.blocked = true;
        } else if (event instanceof Event.TaskReady ready) {
            check(task.status.equals("waiting"), "%s became ready while %s", ref, task.status);
            check(ready.attempt() == task.attempt + 1, "%s: attempt %s after %s", ref, ready.attempt(), task.attempt);
            checkNeeds(ref, task);
            task.blocked = false;
            task.status = READY;
            task.attempt = ready.attempt();
            task.doomed = false;
        } else if (event instanceof Event.TaskClaimed claimed) {
            check(
                    task.status.equals(READY) && task.attempt == claimed.attempt(),
                    "%s claimed while %s",
                    ref,
                    task.status);
            check(claimed.attempt() > task.claimed, "attempt %s of %s claimed twice", claimed.attempt(), ref);
            check(!lost.contains(claimed.claim().incarnation()), "%s claimed by a lost worker", ref);
            check(!task.doomed, "%s started after its run was cancelled", ref);
            check(!isPaused(ref, task), "%s started while paused", ref);
            check(!paused.contains(PauseScope.worker(claimed.worker())), "%s claimed by a drained worker", ref);
            task.status = RUNNING;
            task.claimed = claimed.attempt();
            task.claim = claimed.claim();
            held.merge(claimed.claim().incarnation(), 1, Integer::sum);
            count(ref, task, 1);
        } else if (event instanceof Event.AttemptEnded end) {
            check(task.status.equals(RUNNING) && task.attempt == end.attempt(), "%s ended while %s", end, task.status);
            checkResult(command, task, end.result());
            release(ref, task);
            task.status = "waiting";
        } else if (event instanceof Event.TaskFinished end) {
            check(!task.status.equals(ENDED), "%s ended twice", ref);
            check(task.attempt == end.attempt(), "%s ended with attempt %s", ref, end.attempt());
            check(
                    end.kind() != EndKind.QUEUE_TIMEOUT || !isPaused(ref, task),
                    "%s waited too long while it was paused",
                    ref);
            if (end.result() != null) {
                checkResult(command, task, end.result());
            }
            release(ref, task);
            task.status = ENDED;
            run.open--;
            run.openRequired -= task.spec.allowFailure() ? 0 : 1;
        } else if (event instanceof Event.GeneratedStaged staged) {
            check(task.status.equals(RUNNING) && task.attempt == staged.attempt(), "staged by %s", ref);
        } else if (event instanceof Event.TasksGenerated added) {
            check(
                    command instanceof Command.FinishTask finish
                            && finish.claim().equals(task.claim)
                            && added.attempt() == task.attempt,
                    "tasks were added by %s",
                    command);
            add(run, ref, task, added);
        } else if (event instanceof Event.TaskReset) {
            check(task.status.equals(ENDED), "%s reset while %s", ref, task.status);
            task.status = "waiting";
            task.blocked = false;
            run.open++;
            run.openRequired += task.spec.allowFailure() ? 0 : 1;
            run.known = null;
        }
    }

    private void add(Run run, TaskRef generator, Task task, Event.TasksGenerated added) {
        var specs = generated.get(task.claim);
        check(specs != null && specs.size() == added.tasks(), "%s, of %s", added, specs);
        check(added.first() == run.tasks.size(), "%s to %s tasks", added, run.tasks.size());
        check(!task.hasGenerated, "%s generates twice", generator);
        check(!run.finished, "%s to a finished run", added);
        task.hasGenerated = true;
        int index = added.first();
        for (var spec : specs) {
            boolean mayFail = task.spec.allowFailure() || spec.allowFailure();
            check(run.known == null || mayFail, "%s, and its outcome was known", added);
            var one = new Task(
                    spec.shifted(added.first()).with().allowFailure(mayFail).build());
            one.generator = generator.task();
            run.tasks.put(index, one);
            run.open++;
            run.openRequired += mayFail ? 0 : 1;
            tasks.put(new TaskRef(generator.project(), generator.run(), index++), one);
        }
    }

    /** How many of those that a task generated, also in turn, have not ended. */
    private int open(Run run, int generator) {
        int open = 0;
        for (var task : run.tasks.values()) {
            var above = task.generator;
            while (above != null && above != generator) {
                above = run.tasks.get(above).generator;
            }
            open += above != null && !task.status.equals(ENDED) ? 1 : 0;
        }
        return open;
    }

    private void checkNeeds(TaskRef ref, Task task) {
        for (var need : task.spec.needs()) {
            var needed = task(new TaskRef(ref.project(), ref.run(), need.task()));
            // One that was in line already stays there when its need is run again.
            check(needed.status.equals(ENDED) || task.blocked, "%s goes on before its need %s", ref, need.task());
            var run = runs.get(ref.project() + "#" + ref.run());
            check(
                    !need.generated() || task.blocked || open(run, need.task()) == 0,
                    "%s goes on before all that %s generates",
                    ref,
                    need.task());
        }
    }

    private static void checkResult(Command command, Task task, @Nullable AttemptResult result) {
        if (result != null) {
            check(
                    command instanceof Command.FinishTask finish
                            && finish.claim().equals(task.claim)
                            && finish.attempt() == task.attempt,
                    "a result was accepted from %s",
                    command);
        }
    }

    private void release(TaskRef ref, Task task) {
        if (task.status.equals(RUNNING)) {
            held.computeIfPresent(task.claim.incarnation(), (k, n) -> n > 1 ? n - 1 : null);
            task.claim = null;
            count(ref, task, -1);
        }
    }

    private void count(TaskRef ref, Task task, int step) {
        var limit = task.spec.concurrency();
        if (limit != null) {
            int running = groups.merge(ref.project() + "/" + limit.group(), step, Integer::sum);
            check(running <= limit.max(), "%s of group %s run at once", running, limit.group());
        }
    }

    private Task task(TaskRef ref) {
        var task = tasks.get(ref);
        check(task != null, "nobody knows %s", ref);
        return task;
    }

    private Run run(Event.OfRun event) {
        var run = runs.get(event.project() + "#" + event.run());
        check(run != null, "nobody knows the run of %s", event);
        return run;
    }

    /** Formats only what fails, as it is asked a million times. */
    private static void check(boolean holds, String message, @Nullable Object... details) {
        if (!holds) {
            throw new AssertionError(message.formatted(details));
        }
    }

    /** What is paused, in an order that chance has no part in. */
    List<PauseScope> paused() {
        return paused.stream()
                .sorted(Comparator.comparing(PauseScope::toString))
                .toList();
    }

    int openRuns() {
        return openRuns;
    }

    long lastSeq() {
        return seq;
    }

    /** The claims that are held, by incarnation: cheap enough for every step. */
    void checkHeld(Resolver resolver) {
        check(resolver.heldClaims().equals(held), "held are %s, but counted %s", held, resolver.heldClaims());
    }

    /** That the state says of every task what the world was told, and holds for it just what its status lets it hold. */
    void checkState(State state) {
        var out = new HashMap<TaskRef, Integer>();
        var queued = new HashSet<TaskRef>();
        state.scan(Table.OUTSTANDING, new byte[0], (key, published) -> {
            out.put(ref(state, Keys.serial(key), Keys.last(key)), published.attempt());
            return true;
        });
        state.scan(Table.QUEUE, new byte[0], (key, task) -> {
            // One that ended in the queue may have been forgotten before its turn.
            if (state.get(Table.RUN_INFOS, Keys.number(task.serial())) != null) {
                queued.add(ref(state, task.serial(), task.task()));
            }
            return true;
        });
        assertThat(out).as("outstanding, and what is in the space").isEqualTo(space);
        var pauses = new HashSet<PauseScope>();
        state.scan(Table.PAUSES, new byte[0], (key, pause) -> pauses.add(pause.scope()) || true);
        assertThat(pauses).as("pauses").isEqualTo(paused);
        var claims = new HashSet<TaskRef>();
        state.scan(Table.CLAIMS, new byte[0], (key, nonce) -> claims.add(ref(state, Keys.serial(key), Keys.last(key))));
        var timers = new HashMap<TaskRef, Timer>();
        state.scan(Table.TIMERS, new byte[0], (key, due) -> {
            var timer = Timer.ofKey(key);
            check(timers.put(ref(state, timer.serial(), timer.task()), timer) == null, "two timers: %s", timer);
            return true;
        });
        var places = new HashSet<TaskRef>();
        state.scan(
                Table.PLACES,
                new byte[] {'t'},
                (key, since) -> places.add(ref(state, Keys.serial(key), Keys.last(key))));
        state.scan(Table.RUN_INFOS, new byte[0], (runKey, info) -> {
            state.scan(Table.TASKS, runKey, (key, stored) -> {
                var ref = new TaskRef(info.project(), info.number(), Keys.last(key));
                var task = task(ref);
                var status = stored.status() == TaskStatus.FINISHED
                        ? ENDED
                        : stored.status() == TaskStatus.READY
                                ? READY
                                : stored.status() == TaskStatus.RUNNING ? RUNNING : "waiting";
                check(task.status.equals(status), "%s is %s, but was told to be %s", ref, stored, task.status);
                check(task.attempt == stored.attempt(), "%s is at attempt %s", ref, stored.attempt());
                check(claims.contains(ref) == status.equals(RUNNING), "%s: claims of %s", ref, stored);
                check((stored.claim() != null) == status.equals(RUNNING), "%s: claim of %s", ref, stored);
                check(!status.equals(READY) || out.containsKey(ref) || queued.contains(ref), "%s is in no line", ref);
                check(places.contains(ref) == stored.has(TaskState.PLACE), "%s: place of %s", ref, stored);
                var timer = timers.remove(ref);
                check(
                        stored.timer() == 0
                                ? timer == null
                                : Timer.of(stored, Keys.serial(key), Keys.last(key))
                                        .equals(timer),
                        "%s: timer %s of %s",
                        ref,
                        timer,
                        stored);
                return true;
            });
            return true;
        });
        check(timers.isEmpty(), "timers of nothing: %s", timers);
        int[] stored = {0};
        state.scan(Table.RUN_INFOS, new byte[0], (key, info) -> ++stored[0] > 0);
        check(stored[0] == runs.size(), "%s runs are stored, of %s that were told of", stored[0], runs.size());
        state.scan(Table.GENERATIONS, new byte[0], (key, generation) -> {
            var ref = ref(state, Keys.serial(key), Keys.last(key));
            int open = open(runs.get(ref.project() + "#" + ref.run()), ref.task());
            check(generation.open() == open, "%s: open are %s of %s", ref, open, generation);
            return true;
        });
    }

    private static TaskRef ref(State state, long serial, int task) {
        var info = state.get(Table.RUN_INFOS, Keys.number(serial));
        check(info != null, "no run %s", serial);
        return new TaskRef(info.project(), info.number(), task);
    }
}
