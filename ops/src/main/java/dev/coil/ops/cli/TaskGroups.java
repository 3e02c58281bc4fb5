package dev.coil.ops.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Tasks by what their names have in common: a prefix up to {@code /}, or their matrix. More tasks than a person reads are shown so.
 *
 * @param <T> a task
 */
final class TaskGroups<T> {

    /** Lists that are longer than this flood a terminal. */
    static final int MANY = 200;

    /** So many groups are listed. */
    static final int SHOWN = 40;

    private static final String SINGLE = "(others)";

    private final Map<String, List<T>> groups = new LinkedHashMap<>();
    private final int tasks;

    /** @param base gives a task's name without its matrix */
    TaskGroups(List<T> tasks, Function<T, String> base) {
        this.tasks = tasks.size();
        for (var task : tasks) {
            groups.computeIfAbsent(name(base.apply(task)), name -> new ArrayList<>())
                    .add(task);
        }
        var single = new ArrayList<T>();
        groups.values().removeIf(group -> group.size() == 1 && single.addAll(group));
        if (!single.isEmpty()) {
            groups.put(SINGLE, single);
        }
    }

    private static String name(String base) {
        int slash = base.indexOf('/');
        return slash > 0 ? base.substring(0, slash) : base;
    }

    /** By name, in the order of their first tasks; last those that share their name with no other. */
    Map<String, List<T>> byName() {
        return groups;
    }

    /** Says how much was not listed, and how to see it. */
    String footer(String command) {
        return String.format(
                Locale.ROOT,
                "%,d tasks in %,d group%s%s; '%s NAME...' lists tasks by name or glob, --all every one",
                tasks,
                groups.size(),
                groups.size() == 1 ? "" : "s",
                groups.size() > SHOWN ? String.format(Locale.ROOT, ", %d shown", SHOWN) : "",
                command);
    }
}
