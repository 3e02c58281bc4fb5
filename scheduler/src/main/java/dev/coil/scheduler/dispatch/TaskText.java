package dev.coil.scheduler.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.TaskVariables;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A task for workers that are shell scripts: lines of a key and {@link Words}, an empty line, and the script as it is. */
final class TaskText {

    private final StringBuilder text = new StringBuilder();

    private TaskText() {}

    static byte[] of(Answer.Offer offer) {
        var lines = new TaskText();
        lines.write(offer);
        return lines.text
                .append('\n')
                .append(offer.task().action().script())
                .toString()
                .getBytes(UTF_8);
    }

    private void write(Answer.Offer offer) {
        var task = offer.task();
        var action = task.action();
        line("claim", offer.token().text());
        line("project", task.project());
        line("run", task.run());
        line("task", task.name());
        line("attempt", task.attempt());
        line("ref", task.source().ref());
        line("event", task.source().event());
        line("timeout", (task.timeoutMillis() + 999) / 1_000);
        line("shell", Arrays.stream(action.shell().strip().split("\\s+")));
        if (action.tty()) {
            line("tty", true);
        }
        line("directory", task.source().directory());
        line("workdir", action.workingDirectory());
        TaskVariables.of(task, offer.token().claim(), offer.worker(), offer.attributes(), offer.slots())
                .forEach((name, value) -> line("env", name, value));
        inputs(task);
        for (var artifact : action.artifacts()) {
            line("artifact", artifact.name(), artifact.path(), artifact.always() ? "always" : "success");
        }
        for (var cache : action.caches()) {
            line("cache", cache.key(), cache.path(), cache.always() ? "always" : "success");
        }
        if (action.keepTree()) {
            line("keep-tree", true);
        }
        if (action.generates() != null) {
            line("generates", action.generates().file());
        }
        action.exitCodes()
                .forEach((code, meaning) -> line("exit", code, meaning.outcome().text(), word(meaning.label())));
        if (action.scriptBlob() != null) {
            line("script", action.scriptBlob());
        }
        reserved(action);
    }

    private void inputs(ReadyTask task) {
        var action = task.action();
        if (task.fromTree() != null) {
            line("tree", task.fromTree());
        } else {
            for (var checkout : action.repositories()) {
                line(
                        "checkout",
                        checkout.isOwn() ? "own" : "input",
                        word(task.source().commitOf(checkout)),
                        checkout.path(),
                        checkout.submodules().name().toLowerCase(Locale.ROOT),
                        checkout.lfs());
            }
        }
        for (int i = 0; i < Math.min(action.downloads().size(), task.downloads().size()); i++) {
            line("download", task.downloads().get(i), action.downloads().get(i).path());
        }
    }

    private void reserved(Action action) {
        var resources = action.resources();
        if (resources.cpus() != null) {
            line("cpus", resources.cpus());
        }
        if (resources.memory() != null) {
            line("memory", resources.memory());
        }
        if (resources.disk() != null) {
            line("disk", resources.disk());
        }
        if (resources.exclusive()) {
            line("exclusive", true);
        }
    }

    private static String word(@Nullable String text) {
        return text == null ? "" : text;
    }

    private void line(String key, Object... words) {
        line(key, Arrays.stream(words).map(Object::toString));
    }

    private void line(String key, Stream<String> words) {
        text.append(key)
                .append(' ')
                .append(words.map(Words::escaped).collect(Collectors.joining(" ")))
                .append('\n');
    }
}
