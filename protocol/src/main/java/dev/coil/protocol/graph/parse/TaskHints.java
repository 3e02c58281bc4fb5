package dev.coil.protocol.graph.parse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a file say about a mistake elsewhere in it. It is the same wherever aliases bring a node, so that a mistake is
 * told once.
 */
final class TaskHints {

    static final TaskHints NONE = new TaskHints(null);

    private static final int FEW_ARTIFACTS = 6;

    private final Yaml.@Nullable Mapping tasks;

    private TaskHints(Yaml.@Nullable Mapping tasks) {
        this.tasks = tasks;
    }

    static TaskHints of(Yaml.Mapping graph) {
        return graph.get("tasks") instanceof Yaml.Mapping tasks ? new TaskHints(tasks) : NONE;
    }

    /** Whether it is certainly a task: nothing else has a script. */
    static boolean isTask(Yaml node) {
        return node instanceof Yaml.Mapping mapping && mapping.get("run") != null;
    }

    /** Whether it has a key that only tasks, and a few other maps, have. */
    static boolean mayBeTask(Yaml node) {
        return node instanceof Yaml.Mapping mapping
                && mapping.entries().stream()
                        .map(entry -> entry.key().text())
                        .anyMatch(key -> GraphKeys.TASK.key(key) != null && GraphKeys.DEFAULTS.key(key) == null);
    }

    /** Whether it is a name with nothing behind it among the keys of a task: what follows is indented like it. */
    static boolean isBareName(Yaml.Entry entry, Shape.Keys shape) {
        return shape.name().equals(GraphKeys.TASK.name())
                && entry.value() instanceof Yaml.Scalar value
                && value.isEmpty();
    }

    /** For the key of a task that stands where no task does. */
    String misplaced(Yaml.Scalar key) {
        var names = tasks == null ? List.<Yaml.Entry>of() : tasks.entries();
        if (names.isEmpty() || !beginsLine(key) || !beginsLine(names.get(0).key()) || isInBraces(key.source())) {
            return "is it a task? then put it right under 'tasks'";
        }
        var first = names.get(0).key();
        return "is it a task? then indent it like '" + Yaml.abbreviated(first.text()) + "', to column "
                + first.at().column();
    }

    /** For a text that does not name an artifact of a task. */
    String artifact(String text) {
        if (tasks != null
                && tasks.get(text) instanceof Yaml.Mapping task
                && task.get("artifacts") instanceof Yaml.Mapping artifacts
                && !artifacts.entries().isEmpty()) {
            var names = artifacts.entries().stream()
                    .map(entry -> Yaml.abbreviated(entry.key().text()))
                    .toList();
            var some = String.join(", ", names.subList(0, Math.min(FEW_ARTIFACTS, names.size())));
            return text + " has " + some + (names.size() > FEW_ARTIFACTS ? ", …" : "") + ": write " + text + "."
                    + names.get(0);
        }
        return "write TASK.ARTIFACT";
    }

    private static boolean beginsLine(Yaml.Scalar key) {
        return key.source()
                .line(key.at().line())
                .codePoints()
                .limit(key.at().column() - 1)
                .allMatch(Character::isWhitespace);
    }

    /** Whether braces, not indentation, say what belongs to what. */
    private boolean isInBraces(Source source) {
        return tasks != null
                && source.line(tasks.at().line()).startsWith("{", tasks.at().column() - 1);
    }
}
