package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.grouped;
import static dev.coil.scheduler.resolver.Fold.requiring;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.timed;
import static dev.coil.scheduler.resolver.Fold.trying;
import static dev.coil.scheduler.resolver.Fold.when;
import static dev.coil.scheduler.resolver.Scene.GATE;
import static dev.coil.scheduler.resolver.Scene.SUBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.scheduler.state.Timer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A scene for each way in which a task can be in a status. */
final class Scenes {

    private Scenes() {}

    private static TaskSpec subject() {
        return timed(trying(task("subject", GATE), 1, 1, 1), 10_000, 20_000);
    }

    /** Without another attempt. */
    private static TaskSpec once() {
        return timed(trying(task("subject", GATE), 0, 0, 0), 10_000, 20_000);
    }

    static Map<String, Supplier<Scene>> all() {
        var scenes = new LinkedHashMap<String, Supplier<Scene>>();
        scenes.put("waiting for a need", () -> Scene.of(subject()));
        scenes.put(
                "waiting in the pause before a retry",
                () -> Scene.of(subject()).claimed().ended(Outcome.FAILURE));
        scenes.put("blocked", () -> Scene.of(grouped(subject(), "g", 1, false)).open());
        scenes.put("ready, queued", () -> queued());
        scenes.put("ready, in the space", () -> Scene.of(subject()).open());
        scenes.put("ready, paused", () -> Scene.of(subject()).open().paused());
        scenes.put("running", () -> Scene.of(subject()).claimed());
        scenes.put("running, the last attempt", () -> Scene.of(once()).claimed());
        scenes.put("running, the second attempt", () -> secondAttempt());
        scenes.put("running, what it generates is staged", Scenes::staged);
        scenes.put("finished with success", () -> Scene.of(subject()).claimed().ended(Outcome.SUCCESS));
        scenes.put("finished with failure", () -> Scene.of(once()).claimed().ended(Outcome.FAILURE));
        scenes.put("finished, and has generated a task", Scenes::generated);
        scenes.put("finished, and so is its run", Scenes::ended);
        for (var kind : EndKind.values()) {
            scenes.put("finished by " + kind, () -> endedBy(kind));
        }
        return scenes;
    }

    private static Scene queued() {
        var scene = Scene.of(subject());
        var gate = scene.fold.claim(GATE, "other");
        var fillers = new ArrayList<TaskSpec>();
        for (int i = 0; i < 70; i++) {
            fillers.add(task("filler" + i));
        }
        scene.fold.submit("fillers", false, fillers);
        scene.fold.finish(GATE, 1, gate, Outcome.SUCCESS);
        return scene;
    }

    private static Scene secondAttempt() {
        var scene = Scene.of(subject()).claimed().ended(Outcome.FAILURE).timedOut(Timer.Kind.RETRY);
        scene.claim = scene.fold.claim(SUBJECT, "w");
        return scene;
    }

    private static Scene staged() {
        var scene = Scene.of(Fold.generator("subject", 1, GATE)).claimed();
        scene.fold.stage(SUBJECT, scene.attempt(), scene.claim, Scene.FILE, task("subject/0"));
        return scene;
    }

    private static Scene generated() {
        var scene = staged();
        var generated = new AttemptResult.Generated(1, Scene.FILE);
        scene.fold.append(scene.fold.generated(1, SUBJECT, scene.attempt(), scene.claim, generated));
        return scene;
    }

    private static Scene ended() {
        var scene = Scene.of(subject()).claimed().ended(Outcome.SUCCESS);
        scene.fold.run(Scene.AFTER, Outcome.SUCCESS);
        scene.fold.run(Scene.BESIDE, Outcome.SUCCESS);
        return scene;
    }

    private static Scene endedBy(EndKind kind) {
        var scene =
                switch (kind) {
                    case CONDITION -> Scene.of(when(subject(), "failure()")).open();
                    case NEED -> Scene.of(subject());
                    case NO_WORKER -> new Scene(true, requiring(subject(), "arch=s390x os=linux")).open();
                    case CANCELLED -> Scene.of(subject());
                    case QUEUE_TIMEOUT -> Scene.of(subject()).open().timedOut(Timer.Kind.QUEUE);
                    case RUN_TIMEOUT -> Scene.of(once()).claimed().timedOut(Timer.Kind.RUN);
                    case INFRASTRUCTURE -> Scene.of(once()).claimed().ended(Outcome.ERROR);
                };
        if (kind == EndKind.NEED) {
            scene.fold.run(GATE, Outcome.FAILURE);
        } else if (kind == EndKind.CANCELLED) {
            scene.fold.append(new Command.CancelRun("req", "p", 1, SUBJECT, "enough"));
        }
        assertThat(scene.task().isEndedBy(kind)).as("%s", kind).isTrue();
        return scene;
    }
}
