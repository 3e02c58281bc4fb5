package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Retries;
import dev.coil.protocol.graph.Start;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task as it stands in the file, with what it takes over from others and from {@code defaults}. */
public record TaskDefinition(
        Located<String> name,
        @Nullable MatrixDefinition matrix,
        List<NeedDefinition> needs,
        @Nullable Located<String> from,
        List<Download> downloads,
        @Nullable RunsOn runsOn,
        Limits limits,
        @Nullable ConcurrencyDefinition concurrency,
        @Nullable ConditionDefinition condition,
        Work work) {

    /** An artifact to fetch: the name of a task or an instance, the artifact's name there, and where to unpack it. */
    public record Download(Located<String> task, String artifact, Template path) {}

    /**
     * How long it may take and what becomes of it if it fails. Where {@code defaults} has a word too, the task's own goes before
     * the platform's, and that before the one of {@code defaults}.
     */
    public record Limits(
            @Nullable Setting<Long> timeoutMillis,
            @Nullable Setting<Long> queueTimeoutMillis,
            @Nullable Setting<Long> defaultQueueTimeoutMillis,
            @Nullable Setting<Boolean> allowFailure,
            @Nullable Setting<Boolean> defaultAllowFailure,
            @Nullable Setting<Priority> priority,
            Retries retries,
            Start start) {}

    /**
     * What a worker does.
     *
     * @param run {@code null} for a task that only waits for others
     * @param generates a file of further tasks; {@code null} for none
     */
    public record Work(
            @Nullable Template run,
            @Nullable Template shell,
            Map<String, Template> env,
            @Nullable Template workingDirectory,
            CheckoutDefinition checkout,
            List<Artifact> artifacts,
            Map<Integer, Action.ExitMeaning> exitCodes,
            @Nullable Setting<Boolean> tty,
            Resources resources,
            @Nullable Template generates,
            List<Cache> caches) {}

    /** What it may use of the machine, sizes in bytes. */
    public record Resources(
            @Nullable Setting<Integer> cpus,
            @Nullable Setting<Long> memory,
            @Nullable Setting<Long> disk,
            @Nullable Setting<Boolean> exclusive) {}

    /** Whether it adds further tasks to its run. */
    public boolean isGenerator() {
        return work.generates() != null;
    }

    /**
     * An artifact to keep.
     *
     * @param expiresMillis how long; 0 if it does not say
     */
    public record Artifact(Located<String> name, Template path, boolean always, long expiresMillis) {}

    /**
     * What a worker keeps for later tasks.
     *
     * @param key {@code null} for the one of those that name none
     */
    public record Cache(Template path, @Nullable Template key, boolean always) {}
}
