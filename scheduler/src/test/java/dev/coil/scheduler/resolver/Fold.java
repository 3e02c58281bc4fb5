package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Retries;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A command log, its fold, and the world that the effects make: what the tests drive. */
final class Fold {

    record Entry(Command command, long at) {}

    static final Attributes LINUX = Attributes.of(Map.of("os", "linux", "arch", "x86_64"));

    /** The tables of what is no run's. */
    static final Set<Byte> OF_NO_RUN = Stream.of(
                    Table.META,
                    Table.PROJECTS,
                    Table.CLASS_NUMBERS,
                    Table.CLASSES,
                    Table.LANE_NUMBERS,
                    Table.LANES,
                    Table.WORKERS,
                    Table.LOST,
                    Table.SHORTAGES,
                    Table.PAUSES)
            .map(Table::number)
            .collect(Collectors.toUnmodifiableSet());

    final List<Entry> log = new ArrayList<>();
    MemoryState state = new MemoryState();
    Resolver resolver = new Resolver(state);
    long now = 1_000;

    /** How far the log's clock is ahead of that. */
    long ahead;

    /** Whether the owner's own commands come at once; otherwise they are lost. */
    boolean goesOn = true;

    /** Of the runs that are submitted from now on. */
    @Nullable
    Concurrency group;

    /** Of the runs that are submitted from now on. */
    Source source = Source.none();

    /** All that the world was told, in order. */
    final List<Effect> effects = new ArrayList<>();

    final List<Event> events = new ArrayList<>();
    final List<Long> seqs = new ArrayList<>();
    final Map<TaskRef, ReadyTask> space = new LinkedHashMap<>();
    final List<ClaimId> stopped = new ArrayList<>();
    private final ArrayDeque<Command> own = new ArrayDeque<>();
    private long nonce;

    Fold() {
        append(new Command.StartEpoch("test"));
    }

    /** Appends and folds a command, and then the owner's own that follow from it. */
    void append(Command command) {
        appendOnly(command);
        while (!own.isEmpty()) {
            appendOnly(own.poll());
        }
    }

    private void appendOnly(Command command) {
        log.add(new Entry(command, now));
        for (var effect : resolver.apply(state, command, log.size() - 1, now)) {
            take(effect);
        }
    }

    private void take(Effect effect) {
        effects.add(effect);
        if (effect instanceof Effect.Emit emit) {
            seqs.add(emit.seq());
            events.add(emit.event());
        } else if (effect instanceof Effect.Publish publish) {
            space.put(publish.task().ref(), publish.task());
        } else if (effect instanceof Effect.Withdraw withdraw) {
            space.remove(withdraw.task());
        } else if (effect instanceof Effect.Order order) {
            stopped.add(order.stop().claim());
        } else if (effect instanceof Effect.Append append) {
            if (goesOn) {
                own.add(append.command());
            }
        }
    }

    /** Goes on as a new process would, from the encoded state alone. */
    void restart() {
        resolver = new Resolver(state);
    }

    long epoch() {
        return Meta.EPOCH.get(state);
    }

    void submit(String id, boolean skipUnmatched, TaskSpec... tasks) {
        submit(id, skipUnmatched, List.of(tasks));
    }

    void submit(String id, boolean skipUnmatched, List<TaskSpec> tasks) {
        for (int first = 0; first < tasks.size(); first += 100) {
            append(new Command.StageTasks("p", id, first, tasks.subList(first, Math.min(first + 100, tasks.size()))));
        }
        append(new Command.SubmitRun("req-" + id, "p", id, source, tasks.size(), skipUnmatched, "me", group));
    }

    /** These are present, and nobody else, as owners said it once. */
    void report(WorkerInfo... workers) {
        append(new Command.ReportWorkers(epoch(), List.of(workers)));
    }

    /** These are present, and nobody else: the owner says what is different. */
    void workers(WorkerInfo... workers) {
        append(changeTo(state, List.of(workers)));
    }

    static Command changeTo(State state, List<WorkerInfo> present) {
        var gone = new ArrayList<>(ToldWorkers.of(state).keySet());
        gone.removeAll(present.stream().map(WorkerInfo::incarnation).toList());
        return new Command.ChangeWorkers(Meta.EPOCH.get(state), present, gone);
    }

    static WorkerInfo worker(String incarnation, int slots) {
        return new WorkerInfo(incarnation, "id-" + incarnation, incarnation, LINUX, slots, "test", 0, false);
    }

    ClaimId claim(int task, String worker) {
        return claim(1, task, worker);
    }

    ClaimId claim(int run, int task, String worker) {
        var tuple = space.get(new TaskRef("p", run, task));
        var claim = new ClaimId(worker, ++nonce);
        append(new Command.ClaimTask("p", run, task, tuple == null ? 1 : tuple.attempt(), claim, worker));
        return claim;
    }

    void finish(int task, int attempt, ClaimId claim, Outcome outcome) {
        append(new Command.FinishTask(
                "p", 1, task, attempt, claim, AttemptResult.of(outcome, outcome == Outcome.SUCCESS ? 0 : 1, now, now)));
    }

    /** What the holder of a claim reports. */
    static Command finish(Command.ClaimTask claim, Outcome outcome, long at) {
        return new Command.FinishTask(
                claim.project(),
                claim.run(),
                claim.task(),
                claim.attempt(),
                claim.claim(),
                AttemptResult.of(outcome, outcome == Outcome.SUCCESS ? 0 : 1, at, at));
    }

    /** What the holder of a claim reports that generated so many tasks. */
    static Command generated(Command.ClaimTask claim, int tasks, String sha256, long at) {
        var generated = new AttemptResult.Generated(tasks, sha256);
        return new Command.FinishTask(
                claim.project(),
                claim.run(),
                claim.task(),
                claim.attempt(),
                claim.claim(),
                new AttemptResult(Outcome.SUCCESS, 0, null, null, at, at, 0, List.of(), null, generated));
    }

    /** Claims and ends a task that is in the space. */
    void run(int task, Outcome outcome) {
        run(1, task, outcome);
    }

    void run(int run, int task, Outcome outcome) {
        var tuple = space.get(new TaskRef("p", run, task));
        if (tuple == null) {
            throw new AssertionError("task " + task + " is not in the space; there are " + space.keySet());
        }
        var result = AttemptResult.of(outcome, outcome == Outcome.SUCCESS ? 0 : 1, now, now);
        append(new Command.FinishTask("p", run, task, tuple.attempt(), claim(run, task, "w"), result));
    }

    void stage(int task, int attempt, ClaimId claim, String sha256, TaskSpec... generated) {
        append(new Command.StageGenerated("p", 1, task, attempt, claim, sha256, 0, List.of(generated)));
    }

    /** Claims a task that is in the space, and ends it well with these tasks. */
    void generate(int task, TaskSpec... generated) {
        int attempt = space.get(new TaskRef("p", 1, task)).attempt();
        var claim = claim(task, "w");
        var sha256 = "file" + task;
        for (int first = 0; first < generated.length; first += 200) {
            var part = List.of(generated).subList(first, Math.min(first + 200, generated.length));
            append(new Command.StageGenerated("p", 1, task, attempt, claim, sha256, first / 200, part));
        }
        append(new Command.SealGenerated("seal", "p", 1, task, attempt, claim, sha256, generated.length));
        append(generated(1, task, attempt, claim, new AttemptResult.Generated(generated.length, sha256)));
    }

    Command generated(int run, int task, int attempt, ClaimId claim, AttemptResult.Generated generated) {
        var claimed = new Command.ClaimTask("p", run, task, attempt, claim, "w");
        return generated(claimed, generated.tasks(), generated.sha256(), now);
    }

    /** Does what is left of work on many tasks. */
    void goOn() {
        goesOn = true;
        cursors().forEach(cursor -> append(new Command.Continue(epoch(), cursor.id())));
    }

    /** The work on many tasks that is left. */
    List<Cursor> cursors() {
        var left = new ArrayList<Cursor>();
        state.scan(Table.CURSORS, new byte[0], (key, cursor) -> left.add(cursor));
        return left;
    }

    void cancel(int run) {
        append(new Command.CancelRun("req", "p", run, null, "enough"));
    }

    void forget(int run) {
        append(new Command.ForgetRun(epoch(), "p", run));
    }

    void retry(int run, @Nullable Integer task) {
        append(new Command.RetryRun("req", "p", run, task, false));
    }

    /** As the owner does for all that are due. */
    void fireTimers() {
        var due = new ArrayList<Timer>();
        state.scan(Table.TIMERS, new byte[0], (key, at) -> {
            if (at <= now + ahead) {
                due.add(Timer.ofKey(key));
            }
            return at <= now + ahead;
        });
        due.forEach(timer -> append(new Command.FireTimer(epoch(), timer.id())));
    }

    /** How many entries a table has. */
    int countOf(Table<?> table) {
        int[] count = {0};
        state.scan(table, new byte[0], (key, value) -> ++count[0] > 0);
        return count[0];
    }

    /** How many tasks are in the space or in line for it. */
    int ready() {
        return countOf(Table.OUTSTANDING) + countOf(Table.QUEUE);
    }

    List<Event.RequestAnswered> answers() {
        return events(Event.RequestAnswered.class);
    }

    <E extends Event> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** How each task last ended. */
    Map<Integer, Outcome> ended() {
        var ended = new TreeMap<Integer, Outcome>();
        for (var event : events) {
            if (event instanceof Event.TaskFinished finished) {
                ended.put(finished.task(), finished.outcome());
            } else if (event instanceof Event.TaskReset reset) {
                ended.remove(reset.task());
            }
        }
        return ended;
    }

    @Nullable
    Outcome runOutcome() {
        Outcome outcome = null;
        for (var event : events) {
            if (event instanceof Event.RunFinished finished) {
                outcome = finished.outcome();
            } else if (event instanceof Event.RunReopened) {
                outcome = null;
            }
        }
        return outcome;
    }

    static TaskSpec task(String name, Integer... needs) {
        return TaskSpec.simple(name, List.of(needs), Requirement.parse("arch=x86_64 os=linux"), Action.script("true"));
    }

    /** Of a graph file. */
    static TaskSpec generator(String name) {
        return generator(name, 1);
    }

    /** So many generators deep. */
    static TaskSpec generator(String name, int depth, Integer... needs) {
        var action = Action.script("true").generating(new Action.Generates("more.yml", depth, null));
        return task(name, needs).with().action(action).start(Start.GRANTED).build();
    }

    /** It needs a task and all that it generates. */
    static TaskSpec waitingForAll(String name, int generator) {
        return task(name)
                .with()
                .needs(List.of(new Need(generator, List.of(), true)))
                .build();
    }

    static TaskSpec allowed(TaskSpec task) {
        return task.with().allowFailure(true).build();
    }

    static TaskSpec timed(TaskSpec task, long timeout, long queueTimeout) {
        return task.with()
                .timeoutMillis(timeout)
                .queueTimeoutMillis(queueTimeout)
                .build();
    }

    static TaskSpec when(TaskSpec task, String condition) {
        return task.with().condition(condition).build();
    }

    static TaskSpec requiring(TaskSpec task, String requirement) {
        return task.with().requirement(Requirement.parse(requirement)).build();
    }

    static TaskSpec trying(TaskSpec task, int failures, int timeouts, int errors) {
        return task.with().retries(new Retries(failures, timeouts, errors)).build();
    }

    static TaskSpec grouped(TaskSpec task, String group, int max, boolean cancels) {
        return task.with().concurrency(new Concurrency(group, max, cancels)).build();
    }

    static TaskSpec reserving(TaskSpec task, Resources resources) {
        var action = new Action(
                "true", null, "sh", Map.of(), "", false, null, false, List.of(), List.of(), Map.of(), false, resources,
                List.of(), null, List.of());
        return task.with().action(action).build();
    }
}
