package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.SpaceView;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.LowWater;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * The space, those who use it, and all that can go wrong between them, by one seed. Commands come late, twice or in another order;
 * views lag behind; owners and workers come and go; clocks step. The {@link Witness} looks at every step.
 */
final class SimulatedSpace {

    record Entry(Command command, long at) {}

    private static final int MOST_RUNS = 5;
    private static final List<Attributes> MACHINES =
            List.of(Fold.LINUX, Attributes.of(Map.of("os", "linux", "arch", "s390x")));

    /** A reader of the space that is behind by some changes. */
    private static final class View {
        final SpaceView view = new SpaceView();
        int position;
    }

    private final Random random;
    private final MemoryState state = new MemoryState();
    private final int steps;
    private Resolver resolver;

    private final List<Entry> log = new ArrayList<>();
    private final List<List<Effect>> told = new ArrayList<>();
    private final Map<String, List<TaskSpec>> submissions = new HashMap<>();
    private final Map<ClaimId, List<TaskSpec>> generated = new HashMap<>();
    private final Witness witness = new Witness(submissions, generated);

    private final List<SpaceChange> changes = new ArrayList<>();
    private final List<View> views = List.of(new View(), new View(), new View());
    private final ArrayDeque<Command> own = new ArrayDeque<>();
    private final List<Command> underway = new ArrayList<>();
    private final List<Command> delivered = new ArrayList<>();
    private final List<Command.ClaimTask> claims = new ArrayList<>();
    private final Map<ClaimId, ReadyTask> claimed = new HashMap<>();
    private long began = 1_000;
    private long now = began;
    private int incarnations = 3;
    private long nonce;
    private int leftBehind;

    SimulatedSpace(long seed) {
        random = new Random(seed);
        steps = List.of(1, 3, 10, Progress.STEPS).get(random.nextInt(4));
        resolver = new Resolver(state, steps);
        append(new Command.StartEpoch("first"));
        reportWorkers();
        submit();
    }

    /** What the log's clock went on, in milliseconds. */
    long simulatedMillis() {
        return Meta.CLOCK.get(state) - began;
    }

    int commands() {
        return log.size();
    }

    void append(Command command) {
        // Not every machine's clock is right, and the log's may step back with another leader.
        long at = random.nextInt(20) == 0 ? now - random.nextInt(5_000) : now;
        var effects = resolver.apply(state, command, log.size(), at);
        log.add(new Entry(command, at));
        told.add(effects);
        for (var effect : effects) {
            if (effect instanceof Effect.Publish publish) {
                changes.add(new SpaceChange.Put(publish.task()));
            } else if (effect instanceof Effect.Withdraw withdraw) {
                changes.add(new SpaceChange.Remove(withdraw.task(), withdraw.tombstone()));
            } else if (effect instanceof Effect.Append append) {
                own.add(append.command());
            }
        }
        witness.see(command, effects);
        witness.checkHeld(resolver);
    }

    void step() {
        now += random.nextInt(200) == 0 ? 7_200_000 : random.nextInt(500);
        switch (random.nextInt(27)) {
            case 0 -> resolver = new Resolver(state, steps);
            case 1 -> lose();
            case 2 -> cancel();
            case 3 -> retry();
            case 4 -> fireTimers();
            case 5 -> submit();
            case 6 -> abandon();
            case 7 -> startEpoch();
            case 8 -> reportWorkers();
            case 9, 10, 11, 12, 13, 14 -> claim();
            case 15, 16, 17, 18 -> finish();
            case 19 -> pause();
            case 20 -> cancelRef();
            case 21 -> forget();
            default -> {}
        }
        for (int n = random.nextInt(4); n > 0 && !underway.isEmpty(); n--) {
            deliver();
        }
        if (!own.isEmpty() && random.nextInt(3) > 0) {
            append(own.poll());
        }
        for (var view : views) {
            catchUp(view, random.nextInt(4));
        }
    }

    private void send(Command command) {
        underway.add(command);
    }

    /** Most commands come in order; some overtake others, come twice, or come long after. */
    private void deliver() {
        int which = random.nextInt(4) == 0 ? random.nextInt(underway.size()) : 0;
        var command = underway.get(which);
        if (random.nextInt(12) > 0) {
            underway.remove(which);
        }
        delivered.add(command);
        append(command);
        if (random.nextInt(15) == 0) {
            append(delivered.get(random.nextInt(delivered.size())));
        }
    }

    private void catchUp(View view, int most) {
        for (int n = 0; n < most && view.position < changes.size(); n++) {
            view.view.apply(changes.get(view.position++));
        }
    }

    private void submit() {
        int number = submissions.size() + 1;
        if (number > MOST_RUNS) {
            return;
        }
        var project = random.nextInt(3) == 0 ? "q" : "p";
        int size = 1 + random.nextInt(random.nextInt(3) == 0 ? 90 : 20);
        var tasks = new RandomTasks(random).list(size);
        var id = "run" + number;
        submissions.put(id, tasks);
        for (int first = 0; first < size; first += 40) {
            append(new Command.StageTasks(project, id, first, tasks.subList(first, Math.min(first + 40, size))));
        }
        var group = random.nextInt(3) == 0 ? new Concurrency("runs", 1, random.nextInt(3) == 0) : null;
        append(new Command.SubmitRun("req", project, id, source(), size, random.nextInt(4) == 0, "me", group));
        if (random.nextInt(4) == 0) {
            send(log.get(log.size() - 1).command());
        }
    }

    private Source source() {
        var ref = random.nextBoolean() ? "refs/heads/main" : "refs/heads/b";
        return new Source(null, ref, "push", null, "", "", List.of());
    }

    /** An owner forgets what is old, or a former one what it took for old. */
    private void forget() {
        long epoch = random.nextInt(4) == 0 ? 0 : epoch();
        switch (random.nextInt(7)) {
            case 4 -> append(new Command.TellAgain(epoch));
            case 0, 1 -> append(new Command.ForgetRun(epoch, anyProject(), 1 + random.nextInt(MOST_RUNS)));
            case 2 -> append(new Command.DropSubmission(epoch, anySubmission()));
            case 3 -> {
                var tasks = new RandomTasks(random).list(1 + random.nextInt(20));
                append(new Command.StageTasks(anyProject(), "left" + ++leftBehind, 0, tasks));
            }
            default -> {}
        }
    }

    private String anySubmission() {
        return leftBehind == 0 || random.nextBoolean()
                ? "run" + (1 + random.nextInt(MOST_RUNS))
                : "left" + (1 + random.nextInt(leftBehind));
    }

    private String worker() {
        return "w" + random.nextInt(incarnations);
    }

    private void claim() {
        var view = views.get(random.nextInt(views.size())).view;
        var matching =
                view.matching(MACHINES.get(random.nextInt(5) == 0 ? 1 : 0), new FairShare(), 1 + random.nextInt(6));
        if (matching.isEmpty()) {
            return;
        }
        var ready = matching.get(matching.size() - 1);
        for (int claimants = 1 + random.nextInt(2); claimants > 0; claimants--) {
            var worker = worker();
            var claim = new Command.ClaimTask(
                    ready.project(), ready.run(), ready.task(), ready.attempt(), new ClaimId(worker, ++nonce), worker);
            claims.add(claim);
            claimed.put(claim.claim(), ready);
            send(claim);
        }
    }

    private Command.ClaimTask anyClaim() {
        int recent = Math.min(claims.size(), 12);
        return random.nextInt(8) == 0
                ? claims.get(random.nextInt(claims.size()))
                : claims.get(claims.size() - 1 - random.nextInt(recent));
    }

    private void finish() {
        if (!claims.isEmpty()) {
            var outcome =
                    switch (random.nextInt(12)) {
                        case 0, 1 -> Outcome.FAILURE;
                        case 2 -> Outcome.ERROR;
                        case 3 -> Outcome.TIMEOUT;
                        case 4 -> Outcome.SKIPPED;
                        default -> Outcome.SUCCESS;
                    };
            finish(anyClaim(), outcome).forEach(this::send);
        }
    }

    /** What a worker sends at the end of a task: first what it generates, of which now and then not all arrives. */
    private List<Command> finish(Command.ClaimTask claim, Outcome outcome) {
        var ready = Objects.requireNonNull(claimed.get(claim.claim()));
        var generates = ready.action().generates();
        if (generates == null) {
            return List.of(Fold.finish(claim, outcome, now));
        }
        var tasks = generated.computeIfAbsent(
                claim.claim(), id -> RandomTasks.generated(random, ready.name(), generates.depth())
                        .list(random.nextInt(9)));
        var commands = new ArrayList<Command>();
        for (int first = 0; first < tasks.size(); first += 3) {
            commands.add(new Command.StageGenerated(
                    claim.project(),
                    claim.run(),
                    claim.task(),
                    claim.attempt(),
                    claim.claim(),
                    "file" + claim.claim(),
                    first / 3,
                    tasks.subList(first, Math.min(first + 3, tasks.size()))));
        }
        commands.add(new Command.SealGenerated(
                "req",
                claim.project(),
                claim.run(),
                claim.task(),
                claim.attempt(),
                claim.claim(),
                "file" + claim.claim(),
                tasks.size()));
        if (outcome == Outcome.SUCCESS) {
            commands.add(Fold.generated(claim, tasks.size(), "file" + claim.claim(), now));
        } else {
            commands.add(Fold.finish(claim, outcome, now));
        }
        return commands;
    }

    private void abandon() {
        if (!claims.isEmpty()) {
            var claim = anyClaim();
            send(new Command.AbandonClaim(
                    claim.project(), claim.run(), claim.task(), claim.attempt(), claim.claim(), "draining"));
        }
    }

    private void lose() {
        append(new Command.LoseWorker(epoch(), worker(), "the worker was lost"));
        incarnations++;
    }

    private void reportWorkers() {
        var present = new ArrayList<WorkerInfo>();
        for (int i = Math.max(0, incarnations - 3); i < incarnations; i++) {
            if (random.nextInt(4) > 0) {
                present.add(worker("w" + i, MACHINES.get(random.nextInt(5) == 0 ? 1 : 0), random.nextInt(6) == 0));
            }
        }
        append(new Command.ReportWorkers(epoch(), present));
    }

    private WorkerInfo worker(String incarnation, Attributes machine, boolean draining) {
        return new WorkerInfo(
                incarnation, "id-" + incarnation, incarnation, machine, 1 + random.nextInt(12), "test", 0, draining);
    }

    private String anyProject() {
        return random.nextInt(3) == 0 ? "q" : "p";
    }

    private void cancel() {
        if (random.nextInt(3) == 0) {
            send(new Command.CancelRun("req", anyProject(), 1 + random.nextInt(MOST_RUNS), anyTask(), "enough"));
        }
    }

    private void cancelRef() {
        if (random.nextInt(6) == 0) {
            send(new Command.CancelRef("req", anyProject(), random.nextBoolean() ? "main" : "refs/heads/b", "enough"));
        }
    }

    /** More is resumed than paused, so that the simulation is not one of standing still. */
    private void pause() {
        var paused = witness.paused();
        if (!paused.isEmpty() && random.nextInt(3) > 0) {
            send(new Command.Resume("req", paused.get(random.nextInt(paused.size())), "me"));
        } else {
            var scope = anyScope();
            send(
                    random.nextInt(5) == 0
                            ? new Command.Resume("req", scope, "me")
                            : new Command.Pause("req", scope, "reason " + random.nextInt(2), "me"));
        }
    }

    private PauseScope anyScope() {
        return switch (random.nextInt(6)) {
            case 0 -> PauseScope.of(Requirement.ANY);
            case 1 -> PauseScope.of(Requirement.parse("arch=s390x"));
            case 2 -> PauseScope.of(Requirement.parse("arch=x86_64 os=linux"));
            case 3 -> PauseScope.project(anyProject());
            default -> PauseScope.worker(worker());
        };
    }

    private void retry() {
        send(new Command.RetryRun(
                "req", anyProject(), 1 + random.nextInt(MOST_RUNS), anyTask(), random.nextInt(3) == 0));
    }

    private Integer anyTask() {
        return random.nextBoolean() ? random.nextInt(random.nextBoolean() ? 6 : 40) : null;
    }

    private long epoch() {
        return Meta.EPOCH.get(state);
    }

    /** Another owner: what the former one had still to write is ignored, and the rest of its work is taken up. */
    private void startEpoch() {
        if (random.nextInt(3) > 0) {
            return;
        }
        append(new Command.StartEpoch("another"));
        if (random.nextBoolean()) {
            own.clear();
        }
        takeOver();
    }

    private void takeOver() {
        for (var effect : resolver.republish(state)) {
            changes.add(new SpaceChange.Put(((Effect.Publish) effect).task()));
        }
        state.scan(Table.CURSORS, new byte[0], (byte[] key, Cursor cursor) -> {
            own.add(new Command.Continue(epoch(), cursor.id()));
            return true;
        });
    }

    private void fireTimers() {
        var timers = new ArrayList<Timer>();
        state.scan(Table.TIMERS, new byte[0], (key, due) -> timers.add(Timer.ofKey(key)) && due <= now);
        timers.forEach(timer -> append(new Command.FireTimer(epoch(), timer.id())));
    }

    /** From now on everybody behaves: what was underway arrives, what is paused is resumed, workers take what is ready and end it well, timers fire. */
    void settle() {
        while (!underway.isEmpty()) {
            append(underway.remove(0));
        }
        witness.paused().forEach(scope -> append(new Command.Resume("req", scope, "me")));
        append(new Command.StartEpoch("last"));
        takeOver();
        append(new Command.ReportWorkers(
                epoch(), List.of(worker("good0", MACHINES.get(0), false), worker("good1", MACHINES.get(1), false))));
        var good = new View();
        for (int round = 0; round < 3_000 && (witness.openRuns() > 0 || !own.isEmpty()); round++) {
            now += 40_000;
            while (!own.isEmpty()) {
                append(own.poll());
            }
            fireTimers();
            catchUp(good, Integer.MAX_VALUE);
            for (int machine = 0; machine < MACHINES.size(); machine++) {
                for (var ready : good.view.matching(MACHINES.get(machine), new FairShare(), 4)) {
                    var claim = new Command.ClaimTask(
                            ready.project(),
                            ready.run(),
                            ready.task(),
                            ready.attempt(),
                            new ClaimId("good" + machine, ++nonce),
                            "good" + machine);
                    claimed.put(claim.claim(), ready);
                    append(claim);
                    finish(claim, Outcome.SUCCESS).forEach(this::append);
                }
            }
            for (var held : List.copyOf(resolver.heldClaims().keySet())) {
                append(new Command.LoseWorker(epoch(), held, "the worker was lost"));
            }
        }
        dropAbandoned();
    }

    /** What never became a run is dropped. */
    private void dropAbandoned() {
        now += 21_600_000;
        for (int left = 1; left <= leftBehind; left++) {
            append(new Command.DropSubmission(epoch(), "left" + left));
        }
        while (!own.isEmpty()) {
            append(own.poll());
        }
    }

    /** Looks at all of the state; for every now and then. */
    void checkState() {
        witness.checkState(state);
        LowWaterCheck.check(state, told);
    }

    /** The tasks that have not ended. */
    private String open() {
        var open = new StringBuilder();
        state.scan(Table.TASKS, new byte[0], (key, task) -> {
            if (task.status() != TaskStatus.FINISHED) {
                open.append("\n  ")
                        .append(state.get(Table.RUN_INFOS, Keys.number(Keys.serial(key))))
                        .append(' ')
                        .append(Keys.last(key))
                        .append(' ')
                        .append(task)
                        .append(' ')
                        .append(state.get(Table.SPECS, key));
            }
            return true;
        });
        return open.toString();
    }

    /** Every run has ended, and nothing is held for it any more. */
    void checkSettled() {
        checkState();
        if (witness.openRuns() > 0) {
            throw new AssertionError(witness.openRuns() + " runs never end: " + open());
        }
        for (var table : List.of(
                Table.OUTSTANDING,
                Table.QUEUE,
                Table.PAUSES,
                Table.OPEN_RUNS,
                Table.CLAIMS,
                Table.TIMERS,
                Table.ROOTS,
                Table.CURSORS,
                Table.PLACES,
                Table.IN_LINE,
                Table.STAGINGS,
                Table.STAGED_PARTS)) {
            state.scan(table, new byte[0], (key, value) -> {
                throw new AssertionError("left in table " + table.number() + ": " + value);
            });
        }
    }

    /** The owner forgets everything, and later the ids of what it has forgotten. */
    void forgetAll() {
        for (int run = 1; run <= MOST_RUNS; run++) {
            append(new Command.ForgetRun(epoch(), "p", run));
            append(new Command.ForgetRun(epoch(), "q", run));
        }
        while (!own.isEmpty()) {
            append(own.poll());
        }
        now += 8 * 86_400_000L;
        append(new Command.ForgetRun(epoch(), "p", MOST_RUNS + 1));
    }

    /** Nothing of any run is left in whatever table, but for what is of projects, workers and classes. */
    void checkForgotten() {
        append(new Command.TellAgain(epoch()));
        checkState();
        assertThat(LowWater.of(state)).isPositive();
        assertThat(state.tables()).isSubsetOf(Fold.OF_NO_RUN);
    }

    /** Folds the log again, in one go and cut after every command: both give the same effects in the same order, and the same bytes. */
    void checkReplay() {
        var whole = new MemoryState();
        var cut = new MemoryState();
        var one = new Resolver(whole, steps);
        for (int offset = 0; offset < log.size(); offset++) {
            var entry = log.get(offset);
            var effects = told.get(offset);
            same(one.apply(whole, entry.command(), offset, entry.at()), effects, "folded again", offset);
            same(
                    new Resolver(cut, steps).apply(cut, entry.command(), offset, entry.at()),
                    effects,
                    "folded by a new process",
                    offset);
            if (whole.fingerprint() != cut.fingerprint()) {
                throw new AssertionError("a new process comes to another state with command " + offset + ": "
                        + log.get(offset).command());
            }
        }
        if (!whole.dump().equals(state.dump()) || !cut.dump().equals(state.dump())) {
            throw new AssertionError("a replay comes to another state");
        }
    }

    private void same(List<Effect> effects, List<Effect> first, String how, int offset) {
        if (!effects.equals(first)) {
            throw new AssertionError("command " + offset + " " + how + ": "
                    + log.get(offset).command() + "\n  tells " + effects + "\n  at first it told " + first);
        }
    }
}
