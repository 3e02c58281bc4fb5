package dev.coil.ops.soil;

import org.jspecify.annotations.Nullable;

/**
 * A line of a task list.
 *
 * @param script the program, and {@code action} its argument; both relative to the repository
 * @param result what it leaves to look at; {@code null} for nothing
 */
public record SoilTask(
        String name, String script, String action, @Nullable String result) {}
