package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceView;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Users and workers: they say a script, a letter at a time. */
final class ModelWorld extends ModelLogs {

    private static final String SCRIPT = "sjccjcfcfpflccGufcFkccrfcdftsccjCcfRpcfcuftgcfDfccffcejfcfcffccfRccfcfcf";

    private static final PauseScope PAUSED = PauseScope.of(Requirement.parse("arch=x86_64"));

    /** What becomes of an owner that another one follows. */
    enum Fate {
        /** It dies, and what had not arrived is lost. */
        DEAD,
        /** It dies, and the next one is on a machine whose store is older. */
        MOVED,
        /** It lives on: folds, and what it sent arrives, in turns with the next one's. */
        ZOMBIE,
        /** It is killed with its machine: what had not been flushed is lost from its store. */
        UNFLUSHED,
        /** Its disk is full from now on: the next one cannot store anything either, until there is room for the last. */
        FULL
    }

    private final SpaceView view = new SpaceView();
    private int seen;
    private int said;
    private int runs;
    private long nonce;
    private final ArrayDeque<Command.ClaimTask> claims = new ArrayDeque<>();
    private final Set<ClaimId> generators = new HashSet<>();
    /** The store of one more owner: the one there is, that of another machine, or what a zombie had stored when it was followed. */
    int store(Fate fate, int owners) {
        if (fate == Fate.ZOMBIE && owners > 0) {
            stores.add(stores.get(stores.size() - 1).copy());
            return stores.size() - 1;
        }
        return fate == Fate.MOVED ? owners % 2 : fate == Fate.ZOMBIE ? 1 : 0;
    }

    boolean isSaid() {
        return said == SCRIPT.length();
    }

    /** Somebody appends the next command of the script. */
    void say() {
        if (isSaid()) {
            return;
        }
        now += 700;
        while (seen < space.size()) {
            view.apply(space.get(seen++));
        }
        char next = SCRIPT.charAt(said++);
        var claim = claims.peek();
        switch (next) {
            case 's' -> submit();
            case 'c' -> view.matching(Fold.LINUX, new FairShare(), 1).forEach(this::claim);
            case 'C' -> {
                if (claim != null) {
                    append(claim);
                }
            }
            case 'f', 'F', 'e' -> {
                if (claim != null) {
                    claims.poll();
                    finish(claim, next == 'f' ? Outcome.SUCCESS : next == 'F' ? Outcome.FAILURE : Outcome.ERROR);
                }
            }
            case 'j' ->
                append(new Command.ChangeWorkers(
                        epoch(), List.of(Fold.worker("w" + said % 2, said), Fold.worker("x", 1)), List.of()));
            case 'g' -> append(new Command.ChangeWorkers(epoch(), List.of(), List.of("x", "nobody")));
            case 'G' -> append(new Command.TellAgain(epoch()));
            case 'l' -> append(new Command.LoseWorker(epoch(), "w1", "lost"));
            case 'k' -> append(new Command.CancelRun("cancel", "p", 1, 3, "enough"));
            case 'r' -> append(new Command.RetryRun("retry", "p", 1, null, false));
            case 'R' -> append(new Command.RetryRun("retry", "p", 2, null, false));
            case 'p' -> append(new Command.Pause("pause", PAUSED, "disk full", "ann"));
            case 'u' -> append(new Command.Resume("resume", PAUSED, "ann"));
            case 'd' -> append(new Command.Pause("drain", PauseScope.worker("w0"), "disk full", "ann"));
            case 'D' -> append(new Command.Resume("resume", PauseScope.worker("w0"), "ann"));
            case 't' ->
                stores.forEach(store -> store.scan(Table.TIMERS, new byte[0], (key, due) -> {
                    append(new Command.FireTimer(epoch(), Timer.ofKey(key).id()));
                    return true;
                }));
            default -> throw new AssertionError(next);
        }
    }

    /** Of a generator, what it generates goes before; if it fails, that is for nothing. */
    private void finish(Command.ClaimTask claim, Outcome outcome) {
        if (!generators.contains(claim.claim())) {
            append(Fold.finish(claim, outcome, now));
            return;
        }
        var project = claim.project();
        for (int part = 0; part < 2; part++) {
            var tasks = List.of(Fold.task("root1/a" + part), Fold.task("root1/b" + part, 0));
            append(new Command.StageGenerated(
                    project, claim.run(), claim.task(), claim.attempt(), claim.claim(), "file", part, tasks));
        }
        append(outcome == Outcome.SUCCESS ? Fold.generated(claim, 4, "file", now) : Fold.finish(claim, outcome, now));
    }

    private void submit() {
        var tasks = new ArrayList<TaskSpec>();
        for (int i = 0; i < 9; i++) {
            var task = i < 5 ? Fold.task("root" + i) : Fold.task("t" + i, 0, i - 3);
            task = i == 1 ? Fold.generator("root1") : i == 8 ? Fold.waitingForAll("t8", 1) : task;
            tasks.add(i % 3 == 1 && i != 1 ? Fold.grouped(task, "g", 1, false) : Fold.trying(task, 1, 0, 1));
        }
        var id = "run" + ++runs;
        append(new Command.StageTasks("p", id, 0, tasks));
        append(new Command.SubmitRun("submit", "p", id, Source.none(), tasks.size(), false, "me", null));
    }

    private void claim(ReadyTask ready) {
        var worker = "w" + (++nonce % 3);
        var claim = new Command.ClaimTask(
                ready.project(), ready.run(), ready.task(), ready.attempt(), new ClaimId(worker, nonce), worker);
        view.remove(ready.ref());
        if (ready.action().generates() != null) {
            generators.add(claim.claim());
        }
        claims.add(claim);
        append(claim);
    }
}
