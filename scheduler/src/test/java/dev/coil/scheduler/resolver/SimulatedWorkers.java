package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceView;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/** Workers that say anything at any time, of what they see in views that lag behind. */
final class SimulatedWorkers {

    private static final List<Attributes> MACHINES =
            List.of(Fold.LINUX, Attributes.of(Map.of("os", "linux", "arch", "s390x")));

    private static final int OFFERED = 8;
    private static final int OLD_COMMANDS = 60;

    /** A reader of the space that is behind by some changes. */
    private static final class View {
        final SpaceView view = new SpaceView();
        int position;
    }

    private final Random random;
    private final SimulatedLog log;
    private final Consumer<Command> send;
    private final List<View> views = List.of(new View(), new View(), new View());
    private final View prompt = new View();
    private final List<Command.ClaimTask> claims = new ArrayList<>();
    private final Map<ClaimId, ReadyTask> claimed = new HashMap<>();
    private int incarnations = 3;
    private long nonce;

    /** @param send takes what comes to the log some time later, or twice */
    SimulatedWorkers(Random random, SimulatedLog log, Consumer<Command> send) {
        this.random = random;
        this.log = log;
        this.send = send;
    }

    void catchUp() {
        if (random.nextInt(3) == 0) {
            look();
        }
        for (var view : views) {
            catchUp(view, random.nextInt(4));
        }
    }

    /** Who sees all of the space sees what is to be had, and first what is most urgent. */
    private void look() {
        catchUp(prompt, Integer.MAX_VALUE);
        History.require(
                prompt.view.size() == log.witness.told.space.size(),
                "%s tuples are seen, of %s",
                prompt.view.size(),
                log.witness.told.space.size());
        for (var machine : MACHINES) {
            log.witness.lines.checkOffer(machine, prompt.view.matching(machine, new FairShare(), OFFERED), OFFERED);
        }
    }

    private void catchUp(View view, int most) {
        for (int n = 0; n < most && view.position < log.changes.size(); n++) {
            view.view.apply(log.changes.get(view.position++));
        }
    }

    String worker() {
        return "w" + random.nextInt(incarnations);
    }

    void claim() {
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
            send.accept(claim);
        }
    }

    private Command.ClaimTask anyClaim() {
        int recent = Math.min(claims.size(), 12);
        return random.nextInt(8) == 0
                ? claims.get(random.nextInt(claims.size()))
                : claims.get(claims.size() - 1 - random.nextInt(recent));
    }

    void finish() {
        if (!claims.isEmpty()) {
            var outcome =
                    switch (random.nextInt(12)) {
                        case 0, 1 -> Outcome.FAILURE;
                        case 2 -> Outcome.ERROR;
                        case 3 -> Outcome.TIMEOUT;
                        case 4 -> Outcome.SKIPPED;
                        default -> Outcome.SUCCESS;
                    };
            finish(anyClaim(), outcome).forEach(send);
        }
    }

    /** What a worker sends at the end of a task: first what it generates, of which now and then not all arrives. */
    private List<Command> finish(Command.ClaimTask claim, Outcome outcome) {
        var ready = Objects.requireNonNull(claimed.get(claim.claim()));
        var generates = ready.action().generates();
        if (generates == null) {
            return List.of(Fold.finish(claim, outcome, log.now));
        }
        var tasks = log.generated.computeIfAbsent(
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
            commands.add(Fold.generated(claim, tasks.size(), "file" + claim.claim(), log.now));
        } else {
            commands.add(Fold.finish(claim, outcome, log.now));
        }
        return commands;
    }

    void abandon() {
        if (!claims.isEmpty()) {
            var claim = anyClaim();
            send.accept(new Command.AbandonClaim(
                    claim.project(), claim.run(), claim.task(), claim.attempt(), claim.claim(), "draining"));
        }
    }

    void lose() {
        log.append(new Command.LoseWorker(log.epoch(), worker(), "the worker was lost"));
        incarnations++;
    }

    void reportWorkers() {
        var present = new ArrayList<WorkerInfo>();
        for (int i = Math.max(0, incarnations - 3); i < incarnations; i++) {
            if (random.nextInt(4) > 0) {
                present.add(worker("w" + i, MACHINES.get(random.nextInt(5) == 0 ? 1 : 0), random.nextInt(6) == 0));
            }
        }
        // As in a log that began before owners said changes only.
        log.append(
                log.commands() < OLD_COMMANDS
                        ? new Command.ReportWorkers(log.epoch(), present)
                        : Fold.changeTo(log.state, present));
    }

    private WorkerInfo worker(String incarnation, Attributes machine, boolean draining) {
        return new WorkerInfo(
                incarnation, "id-" + incarnation, incarnation, machine, 1 + random.nextInt(12), "test", 0, draining);
    }

    /** From now on there are two that behave. */
    void reportGood() {
        log.append(Fold.changeTo(
                log.state, List.of(worker("good0", MACHINES.get(0), false), worker("good1", MACHINES.get(1), false))));
    }

    /** Those that behave take what is best, and end it well. */
    void runWell() {
        catchUp(prompt, Integer.MAX_VALUE);
        for (int machine = 0; machine < MACHINES.size(); machine++) {
            for (var ready : prompt.view.matching(MACHINES.get(machine), new FairShare(), 4)) {
                var claim = new Command.ClaimTask(
                        ready.project(),
                        ready.run(),
                        ready.task(),
                        ready.attempt(),
                        new ClaimId("good" + machine, ++nonce),
                        "good" + machine);
                claimed.put(claim.claim(), ready);
                log.append(claim);
                finish(claim, Outcome.SUCCESS).forEach(log::append);
            }
        }
    }
}
