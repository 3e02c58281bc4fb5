package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.trigger.Triggers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A graph file as it stands, sound in itself; whether its names meet is for the planner to say.
 *
 * @param file its name, for messages
 * @param name the project; {@code null} if the file does not say
 * @param triggers what starts runs of it by itself
 * @param scheduled the names and globs of the tasks that its schedules start, where they stand
 * @param concurrency the group of its runs; {@code null} for none
 * @param tasksAt where {@code tasks} begins
 * @param platforms by name, in the order of the file
 * @param tasks by name, in the order of the file; at least one
 */
public record GraphFile(
        String file,
        @Nullable String name,
        Triggers triggers,
        List<Located<String>> scheduled,
        @Nullable ConcurrencyDefinition concurrency,
        Position tasksAt,
        Map<String, PlatformDefinition> platforms,
        Map<String, TaskDefinition> tasks) {}
