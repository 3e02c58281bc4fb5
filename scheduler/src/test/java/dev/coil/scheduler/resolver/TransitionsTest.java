package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.grouped;
import static dev.coil.scheduler.resolver.Fold.requiring;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.timed;
import static dev.coil.scheduler.resolver.Fold.trying;
import static dev.coil.scheduler.resolver.Fold.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What every command does to a task in every status. The golden file is the table; {@code -Dcoil.golden=write} writes it anew, to be
 * read line by line.
 */
class TransitionsTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "transitions.txt");
    private static final int GATE = 0;
    private static final int SUBJECT = 1;
    private static final int AFTER = 2;
    private static final PauseScope PAUSED = PauseScope.of(Requirement.parse("arch=x86_64"));

    /** A run of a gate, the subject, which needs it, one that needs the subject, and one beside. */
    private static final class Scene {
        final Fold fold = new Fold();
        ClaimId claim = new ClaimId("w", 99);

        Scene(boolean skipUnmatched, TaskSpec subject) {
            fold.workers(Fold.worker("w", 1), Fold.worker("other", 1));
            fold.submit("a", skipUnmatched, Fold.task("gate"), subject, Fold.task("after", SUBJECT), grouped("beside"));
        }

        private static TaskSpec grouped(String name) {
            return Fold.grouped(Fold.task(name), "g", 1, false);
        }

        static Scene of(TaskSpec subject) {
            return new Scene(false, subject);
        }

        Scene open() {
            fold.run(GATE, Outcome.SUCCESS);
            return this;
        }

        Scene claimed() {
            open();
            claim = fold.claim(SUBJECT, "w");
            return this;
        }

        Scene ended(Outcome outcome) {
            fold.finish(SUBJECT, task().attempt(), claim, outcome);
            return this;
        }

        TaskState task() {
            return Objects.requireNonNull(fold.state.get(Table.TASKS, Keys.task(1, SUBJECT)));
        }

        int attempt() {
            return task().attempt();
        }

        /** As the owner does when the log's clock has come to it. */
        void fire(Timer.Kind kind, long early) {
            long due = task().timer();
            fold.now = Math.max(fold.now, due - early);
            fold.append(new Command.FireTimer(fold.epoch(), new Timer(due, kind, 1, SUBJECT, attempt()).id()));
        }

        Scene paused() {
            fold.append(pause(PAUSED));
            return this;
        }

        Scene timedOut(Timer.Kind kind) {
            fire(kind, 0);
            return this;
        }

        /** All that the state holds for the subject beside its status. */
        String holdings() {
            var held = new ArrayList<String>();
            fold.state.scan(Table.OUTSTANDING, new byte[0], (key, attempt) -> {
                if (Keys.serial(key) == 1 && Keys.last(key) == SUBJECT) {
                    held.add("in the space");
                }
                return true;
            });
            fold.state.scan(Table.QUEUE, new byte[0], (key, queued) -> {
                if (queued.serial() == 1 && queued.task() == SUBJECT) {
                    held.add("in its queue");
                }
                return true;
            });
            fold.state.scan(Table.CLAIMS, new byte[0], (key, nonce) -> {
                if (Keys.serial(key) == 1 && Keys.last(key) == SUBJECT) {
                    held.add("claim");
                }
                return true;
            });
            fold.state.scan(Table.TIMERS, new byte[0], (key, due) -> {
                var timer = Timer.ofKey(key);
                if (timer.serial() == 1 && timer.task() == SUBJECT) {
                    held.add(timer.kind().name().toLowerCase(java.util.Locale.ROOT) + " timer");
                }
                return true;
            });
            fold.state.scan(Table.PLACES, new byte[0], (key, since) -> {
                if (Keys.serial(key) == 1 && Keys.last(key) == SUBJECT) {
                    held.add("place");
                }
                return true;
            });
            fold.state.scan(Table.IN_LINE, new byte[0], (key, member) -> {
                if (member.serial() == 1 && member.task() == SUBJECT) {
                    held.add("in line for a place");
                }
                return true;
            });
            return held.isEmpty() ? "holds nothing" : String.join(", ", held);
        }

        String describe() {
            var task = task();
            var end = task.end();
            return task.status()
                    + (end == null ? "" : " " + end.outcome().text() + (end.kind() == null ? "" : " by " + end.kind()))
                    + ", attempt " + task.attempt() + ", " + holdings();
        }
    }

    private static TaskSpec subject() {
        return timed(trying(task("subject", GATE), 1, 1, 1), 10_000, 20_000);
    }

    /** Without another attempt. */
    private static TaskSpec once() {
        return timed(trying(task("subject", GATE), 0, 0, 0), 10_000, 20_000);
    }

    private static Map<String, Supplier<Scene>> scenes() {
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
        scenes.put("finished with success", () -> Scene.of(subject()).claimed().ended(Outcome.SUCCESS));
        scenes.put("finished with failure", () -> Scene.of(once()).claimed().ended(Outcome.FAILURE));
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

    private static final class Deeds {
        private final Map<String, Consumer<Scene>> deeds = new LinkedHashMap<>();

        void deed(String name, Consumer<Scene> deed) {
            deeds.put(name, deed);
        }

        /** A deed that is one command. */
        void say(String name, Function<Scene, Command> command) {
            deed(name, scene -> scene.fold.append(command.apply(scene)));
        }
    }

    private static Map<String, Consumer<Scene>> deeds() {
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
        all.say("retry the task", s -> new Command.RetryRun("req", "p", 1, SUBJECT, false));
        all.say("retry the run", s -> new Command.RetryRun("req", "p", 1, null, false));
        all.say("lose its worker", s -> new Command.LoseWorker(s.fold.epoch(), s.claim.incarnation(), "lost"));
        all.say("lose another worker", s -> new Command.LoseWorker(s.fold.epoch(), "nobody", "lost"));
        all.say(
                "lose its worker, by a former owner",
                s -> new Command.LoseWorker(s.fold.epoch() - 1, s.claim.incarnation(), "lost"));
        all.say("pause its class", s -> pause(PAUSED));
        all.say("pause its project", s -> pause(PauseScope.project("p")));
        all.say("resume its class", s -> new Command.Resume("req", PAUSED, "ann"));
        all.deed("claim by a drained worker", s -> {
            s.fold.append(pause(PauseScope.worker("other")));
            s.fold.effects.clear();
            s.fold.append(claim(s.attempt(), new ClaimId("other", 7)));
        });
        for (var kind : Timer.Kind.values()) {
            all.deed(kind + " timer", s -> s.fire(kind, 0));
            all.deed(kind + " timer a millisecond early", s -> s.fire(kind, 1));
        }
        for (var kind : List.of("ROOTS/1/0/0", "DEPENDENTS/1/0/0", "DEPENDENTS/1/1/0", "CANCEL/1/0/0")) {
            all.say("continue " + kind, s -> new Command.Continue(s.fold.epoch(), kind));
        }
        all.say("stage again", s -> new Command.StageTasks("p", "a", 0, List.of(task("gate"))));
        all.say("submit again", s -> new Command.SubmitRun("req", "p", "a", Source.none(), 4, false, "me", null));
        all.say("another owner", s -> new Command.StartEpoch("another"));
        return all.deeds;
    }

    private static Command pause(PauseScope scope) {
        return new Command.Pause("req", scope, "disk full", "ann");
    }

    private static Command claim(int attempt, ClaimId claim) {
        return new Command.ClaimTask("p", 1, SUBJECT, attempt, claim, claim.incarnation());
    }

    private static AttemptResult result(Outcome outcome) {
        return AttemptResult.of(outcome, 0, 1, 2);
    }

    @Test
    void shouldDoToEveryTaskWhatTheTableSays() throws IOException {
        var table = new StringBuilder("""
                What each command does to a task in each status: the status after it, and what the world is told. Commands that
                change nothing and tell nobody are listed at the end of each status. "gate" is needed by the task, "after" needs it.
                """);
        var scenes = scenes();
        for (var name : scenes.keySet()) {
            var idle = new ArrayList<String>();
            table.append('\n')
                    .append(name)
                    .append(" (")
                    .append(scenes.get(name).get().describe())
                    .append(")\n");
            for (var deed : deeds().entrySet()) {
                var scene = scenes.get(name).get();
                var before = scene.describe();
                scene.fold.effects.clear();
                deed.getValue().accept(scene);
                var told = told(scene);
                if (told.isEmpty() && scene.describe().equals(before)) {
                    idle.add(deed.getKey());
                } else {
                    table.append("  %-34s %s%n"
                            .formatted(
                                    deed.getKey(), scene.describe().equals(before) ? "as before" : scene.describe()));
                    table.append(told.isEmpty() ? "" : "    " + told + "\n");
                }
                checkHoldings(scene, name + ", " + deed.getKey());
            }
            table.append("  nothing: ").append(String.join(", ", idle)).append('\n');
        }
        assertGolden(table.toString());
    }

    /** What a task holds is what its status lets it hold, whatever happened to it. */
    private static void checkHoldings(Scene scene, String what) {
        var task = scene.task();
        var held = scene.holdings();
        assertThat(held.contains("claim")).as(what).isEqualTo(task.status() == TaskStatus.RUNNING);
        assertThat(held.contains("timer")).as(what).isEqualTo(task.timer() > 0);
        assertThat(held.contains("place")).as(what).isEqualTo(held.contains("in line") || task.has(TaskState.PLACE));
        if (task.status() == TaskStatus.READY) {
            assertThat(held.contains("in the space") ^ held.contains("in its queue"))
                    .as(what)
                    .isTrue();
            assertThat(held.indexOf("in its queue")).as(what).isEqualTo(held.lastIndexOf("in its queue"));
        } else {
            assertThat(held).as(what).doesNotContain("in the space");
        }
    }

    private static String told(Scene scene) {
        var told = new ArrayList<String>();
        for (var effect : scene.fold.effects) {
            var text = tell(effect);
            // There are many fillers.
            if (!text.contains("(filler)") || !told.contains(text)) {
                told.add(text);
            }
        }
        return String.join(" ", told);
    }

    private static String tell(Effect effect) {
        if (effect instanceof Effect.Emit emit) {
            var event = emit.event();
            var kind = event.getClass().getSimpleName();
            if (event instanceof Event.RequestAnswered answer) {
                return answer.rejection() == null ? "accepted" : "refused:" + answer.rejection();
            }
            return event instanceof Event.OfTask of ? kind + of(of.run(), of.task()) : kind;
        } else if (effect instanceof Effect.Publish publish) {
            return "+tuple" + of(publish.task().run(), publish.task().task());
        } else if (effect instanceof Effect.Withdraw withdraw) {
            var winner = withdraw.tombstone().winner();
            return "-tuple" + of(withdraw.task().run(), withdraw.task().task()) + "["
                    + (winner == null ? withdraw.tombstone().reason() : winner) + "]";
        } else if (effect instanceof Effect.Order order) {
            return "stop[" + order.stop().claim() + "]";
        }
        return effect.getClass().getSimpleName();
    }

    private static String of(int run, int task) {
        return run != 1
                ? "(filler)"
                : switch (task) {
                    case GATE -> "(gate)";
                    case SUBJECT -> "";
                    case AFTER -> "(after)";
                    default -> "(beside)";
                };
    }

    private static void assertGolden(String actual) throws IOException {
        if ("write".equals(System.getProperty("coil.golden"))) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, actual);
        }
        var expected = Files.readString(GOLDEN);
        assertThat(actual)
                .as("%s, %s", GOLDEN, firstDifference(expected, actual))
                .isEqualTo(expected);
    }

    private static String firstDifference(String expected, String actual) {
        var wanted = expected.lines().toList();
        var is = actual.lines().toList();
        for (int i = 0; i < Math.min(wanted.size(), is.size()); i++) {
            if (!wanted.get(i).equals(is.get(i))) {
                return "line " + (i + 1) + " is now: " + is.get(i).strip();
            }
        }
        return "number of lines";
    }
}
