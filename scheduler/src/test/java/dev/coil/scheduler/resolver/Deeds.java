package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Scene.GATE;
import static dev.coil.scheduler.resolver.Scene.PAUSED;
import static dev.coil.scheduler.resolver.Scene.SUBJECT;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Timer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** All that can be said to a {@link Scene}: each command, in each way that makes a difference. */
final class Deeds {

    private final Map<String, Consumer<Scene>> deeds = new LinkedHashMap<>();

    private void deed(String name, Consumer<Scene> deed) {
        deeds.put(name, deed);
    }

    /** A deed that is one command. */
    private void say(String name, Function<Scene, Command> command) {
        deed(name, scene -> scene.fold.append(command.apply(scene)));
    }

    static Map<String, Consumer<Scene>> all() {
        var all = new Deeds();
        all.say("claim", s -> claim(s.attempt(), new ClaimId("other", 7)));
        all.say("claim of an earlier attempt", s -> claim(s.attempt() - 1, new ClaimId("other", 7)));
        all.say("claim of a later attempt", s -> claim(s.attempt() + 1, new ClaimId("other", 7)));
        all.say("its claim again", s -> claim(s.attempt(), s.claim));
        all.deed("claim by a lost worker", s -> {
            s.fold.append(new Command.LoseWorker(s.fold.epoch(), "ghost", "lost"));
            s.fold.effects.clear();
            s.fold.append(claim(s.attempt(), new ClaimId("ghost", 1)));
        });
        for (var outcome : Outcome.values()) {
            all.say(
                    "finish with " + outcome.text(),
                    s -> new Command.FinishTask("p", 1, SUBJECT, s.attempt(), s.claim, result(outcome)));
        }
        all.say(
                "finish by another claim",
                s -> new Command.FinishTask(
                        "p", 1, SUBJECT, s.attempt(), new ClaimId("other", 7), result(Outcome.SUCCESS)));
        all.say(
                "finish of an earlier attempt",
                s -> new Command.FinishTask("p", 1, SUBJECT, s.attempt() - 1, s.claim, result(Outcome.SUCCESS)));
        all.say("abandon", s -> new Command.AbandonClaim("p", 1, SUBJECT, s.attempt(), s.claim, "draining"));
        all.say(
                "abandon of another claim",
                s -> new Command.AbandonClaim("p", 1, SUBJECT, s.attempt(), new ClaimId("other", 7), "draining"));
        all.say("cancel the task", s -> new Command.CancelRun("req", "p", 1, SUBJECT, "enough"));
        all.say("cancel the run", s -> new Command.CancelRun("req", "p", 1, null, "enough"));
        all.say("cancel its ref", s -> new Command.CancelRef("req", "p", "main", "enough"));
        all.say("cancel another ref", s -> new Command.CancelRef("req", "p", "other", "enough"));
        all.say("retry the task", s -> new Command.RetryRun("req", "p", 1, SUBJECT, false));
        all.say("retry the task and its dependents", s -> new Command.RetryRun("req", "p", 1, SUBJECT, true));
        all.say("retry its need and dependents", s -> new Command.RetryRun("req", "p", 1, GATE, true));
        all.say("retry the run", s -> new Command.RetryRun("req", "p", 1, null, false));
        all.say("lose its worker", s -> new Command.LoseWorker(s.fold.epoch(), s.claim.incarnation(), "lost"));
        all.say("lose another worker", s -> new Command.LoseWorker(s.fold.epoch(), "nobody", "lost"));
        all.say(
                "lose its worker, by a former owner",
                s -> new Command.LoseWorker(s.fold.epoch() - 1, s.claim.incarnation(), "lost"));
        all.say("report that its worker is there", s -> report(s, Fold.worker("w", 1), Fold.worker("other", 1)));
        all.say("report that nobody is there", s -> report(s));
        all.say("say that its worker has changed and another one is gone", s -> change(s, 0));
        all.say("say so, by a former owner", s -> change(s, 1));
        all.deed("lose its worker, since changes are told", s -> {
            s.fold.workers(Fold.worker("w", 2), Fold.worker("other", 1));
            s.fold.effects.clear();
            s.fold.append(new Command.LoseWorker(s.fold.epoch(), s.claim.incarnation(), "lost"));
        });
        all.deed("tell again, since changes are told", s -> {
            s.fold.workers(Fold.worker("w", 2), Fold.worker("other", 1));
            s.fold.effects.clear();
            s.fold.append(new Command.TellAgain(s.fold.epoch()));
        });
        all.say("pause its class", s -> pause(PAUSED));
        all.say("pause its project", s -> pause(PauseScope.project("p")));
        all.say("resume its class", s -> new Command.Resume("req", PAUSED, "ann"));
        all.say("drain its worker", s -> pause(PauseScope.worker("w")));
        all.say("resume its worker", s -> new Command.Resume("req", PauseScope.worker("w"), "ann"));
        all.deed("claim by a drained worker", s -> {
            s.fold.append(pause(PauseScope.worker("other")));
            s.fold.effects.clear();
            s.fold.append(claim(s.attempt(), new ClaimId("other", 7)));
        });
        for (var kind : Timer.Kind.values()) {
            all.deed(kind + " timer", s -> s.fire(kind, 0));
            all.deed(kind + " timer a millisecond early", s -> s.fire(kind, 1));
        }
        for (var kind :
                List.of("ROOTS/1/0/0", "DEPENDENTS/1/0/0", "DEPENDENTS/1/1/0", "CANCEL/1/0/0", "FORGET/1/0/0")) {
            all.say("continue " + kind, s -> new Command.Continue(s.fold.epoch(), kind));
        }
        all.say("stage again", s -> new Command.StageTasks("p", "a", 0, List.of(task("gate"))));
        all.say("submit again", s -> new Command.SubmitRun("req", "p", "a", Source.none(), 4, false, "me", null));
        all.say("stage a generated task", s -> stage(s.attempt(), s.claim, 1));
        all.say("stage the same part again", s -> stage(s.attempt(), s.claim, 0));
        all.say("stage by another claim", s -> stage(s.attempt(), new ClaimId("other", 7), 0));
        all.say("confirm", s -> new Command.ConfirmClaim("req", "p", 1, SUBJECT, s.attempt(), s.claim));
        all.say(
                "confirm another claim",
                s -> new Command.ConfirmClaim("req", "p", 1, SUBJECT, s.attempt(), new ClaimId("other", 7)));
        all.say("seal what is generated", s -> seal(s.attempt(), s.claim));
        all.say("seal by another claim", s -> seal(s.attempt(), new ClaimId("other", 7)));
        all.say(
                "finish with what is generated",
                s -> Fold.generated(
                        new Command.ClaimTask("p", 1, SUBJECT, s.attempt(), s.claim, "w"), 1, Scene.FILE, 1));
        all.say("forget the run", s -> new Command.ForgetRun(s.fold.epoch(), "p", 1));
        all.say("forget the run, by a former owner", s -> new Command.ForgetRun(s.fold.epoch() - 1, "p", 1));
        all.say("drop its submission", s -> new Command.DropSubmission(s.fold.epoch(), "a"));
        all.say("tell again", s -> new Command.TellAgain(s.fold.epoch()));
        all.say("switch to the rules in force", s -> new Command.SwitchRules(s.fold.epoch(), Rules.NEWEST));
        all.say("another owner", s -> new Command.StartEpoch("another"));
        return all.deeds;
    }

    private static Command pause(PauseScope scope) {
        return new Command.Pause("req", scope, "disk full", "ann");
    }

    private static Command report(Scene scene, WorkerInfo... workers) {
        return new Command.ReportWorkers(scene.fold.epoch(), List.of(workers));
    }

    private static Command change(Scene scene, long earlier) {
        return new Command.ChangeWorkers(
                scene.fold.epoch() - earlier, List.of(Fold.worker("w", 3)), List.of("other", "nobody"));
    }

    private static Command stage(int attempt, ClaimId claim, int part) {
        return new Command.StageGenerated(
                "p", 1, SUBJECT, attempt, claim, Scene.FILE, part, List.of(task("subject/" + part)));
    }

    private static Command seal(int attempt, ClaimId claim) {
        return new Command.SealGenerated("req", "p", 1, SUBJECT, attempt, claim, Scene.FILE, 1);
    }

    private static Command claim(int attempt, ClaimId claim) {
        return new Command.ClaimTask("p", 1, SUBJECT, attempt, claim, claim.incarnation());
    }

    private static AttemptResult result(Outcome outcome) {
        return AttemptResult.of(outcome, 0, 1, 2);
    }
}
