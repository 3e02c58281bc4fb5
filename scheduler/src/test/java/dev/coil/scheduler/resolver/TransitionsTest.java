package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What every command does to a task in every status. The golden file is the table; {@code -Dcoil.golden=write} writes it anew, to be
 * read line by line.
 */
class TransitionsTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "transitions.txt");

    @Test
    void shouldDoToEveryTaskWhatTheTableSays() throws IOException {
        var table = new StringBuilder("""
                What each command does to a task in each status: the status after it, and what the world is told. Commands that
                change nothing and tell nobody are listed at the end of each status. "gate" is needed by the task, "after" needs it.
                """);
        var scenes = Scenes.all();
        for (var name : scenes.keySet()) {
            var idle = new ArrayList<String>();
            table.append('\n')
                    .append(name)
                    .append(" (")
                    .append(scenes.get(name).get().describe())
                    .append(")\n");
            for (var deed : Deeds.all().entrySet()) {
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

    @Test
    void shouldHaveARowForEveryCommand() {
        var said = new HashSet<Class<?>>();
        for (var deed : Deeds.all().values()) {
            var scene = Scenes.all().get("finished, and so is its run").get();
            int before = scene.fold.log.size();
            deed.accept(scene);
            scene.fold
                    .log
                    .subList(before, scene.fold.log.size())
                    .forEach(entry -> said.add(entry.command().getClass()));
        }

        assertThat(said).containsExactlyInAnyOrderElementsOf(kinds(Command.class));
    }

    private static Set<Class<?>> kinds(Class<?> sealed) {
        return sealed.isSealed()
                ? Arrays.stream(sealed.getPermittedSubclasses())
                        .flatMap(kind -> kinds(kind).stream())
                        .collect(Collectors.toSet())
                : Set.of(sealed);
    }

    /** What a task holds is what its status lets it hold, whatever happened to it. */
    private static void checkHoldings(Scene scene, String what) {
        var held = scene.holdings();
        if (scene.isForgotten()) {
            assertThat(held).as(what).isEqualTo("holds nothing");
            return;
        }
        var task = scene.task();
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
                    case Scene.GATE -> "(gate)";
                    case Scene.SUBJECT -> "";
                    case Scene.AFTER -> "(after)";
                    case Scene.BESIDE -> "(beside)";
                    default -> "(generated)";
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
