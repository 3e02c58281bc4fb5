package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does for a task.
 *
 * @param script the text given to the shell; empty for a task that only waits for others
 * @param scriptBlob SHA-256 of the script, where it is over 64 KiB and {@code script} is therefore empty
 * @param shell the program that runs the script, with its arguments ({@code sh}, {@code bash}, {@code python3 -u})
 * @param env the task's own environment variables
 * @param workingDirectory relative to the graph's directory in the checkout; empty for that directory itself
 * @param checkout whether the commit is checked out first
 * @param from the index of the task in whose tree this one starts; {@code null} for a fresh workspace
 * @param keepTree whether some task starts in the tree that this one leaves, so that the worker must keep it
 * @param downloads artifacts of other tasks to unpack before the start, in order
 * @param artifacts what to keep of the workspace
 * @param exitCodes what exit codes mean, where not 0 = success and others = failure
 * @param tty whether it runs on a pseudo-terminal
 * @param resources what it may use of the machine
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Action(
        String script,
        @Nullable String scriptBlob,
        String shell,
        Map<String, String> env,
        String workingDirectory,
        @JsonInclude boolean checkout,
        @Nullable Integer from,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean keepTree,
        List<Download> downloads,
        List<Artifact> artifacts,
        Map<Integer, ExitMeaning> exitCodes,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean tty,

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NoResources.class)
        Resources resources) {

    public Action {
        script = script == null ? "" : script;
        shell = shell == null ? "sh" : shell;
        workingDirectory = workingDirectory == null ? "" : workingDirectory;
        env = env == null || env.isEmpty() ? Map.of() : java.util.Collections.unmodifiableMap(new TreeMap<>(env));
        downloads = downloads == null ? List.of() : List.copyOf(downloads);
        artifacts = artifacts == null ? List.of() : List.copyOf(artifacts);
        exitCodes = exitCodes == null || exitCodes.isEmpty()
                ? Map.of()
                : java.util.Collections.unmodifiableMap(new TreeMap<>(exitCodes));
        resources = resources == null ? Resources.NONE : resources;
    }

    /** An action that runs a script with {@code sh}, without a checkout. */
    public static Action script(String script) {
        return new Action(
                script,
                null,
                "sh",
                Map.of(),
                "",
                false,
                null,
                false,
                List.of(),
                List.of(),
                Map.of(),
                false,
                Resources.NONE);
    }

    /** The same with its script in a blob. */
    public Action withScriptBlob(String sha256) {
        return new Action(
                "",
                sha256,
                shell,
                env,
                workingDirectory,
                checkout,
                from,
                keepTree,
                downloads,
                artifacts,
                exitCodes,
                tty,
                resources);
    }

    /** The same with this use of the machine. */
    public Action with(Resources use) {
        return new Action(
                script,
                scriptBlob,
                shell,
                env,
                workingDirectory,
                checkout,
                from,
                keepTree,
                downloads,
                artifacts,
                exitCodes,
                tty,
                use);
    }

    /** The same with what it takes from other tasks, and leaves to them. */
    public Action linked(@Nullable Integer from, boolean keepTree, List<Download> downloads) {
        return new Action(
                script,
                scriptBlob,
                shell,
                env,
                workingDirectory,
                checkout,
                from,
                keepTree,
                downloads,
                artifacts,
                exitCodes,
                tty,
                resources);
    }

    /** Leaves the resources of a task that asks for none out of its JSON. */
    static final class NoResources {
        @Override
        public boolean equals(@Nullable Object value) {
            return value == null || value.equals(Resources.NONE);
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    /**
     * An artifact to fetch.
     *
     * @param task the index of the task that made it
     * @param artifact its name there
     * @param path where to unpack it, relative to the graph's directory
     */
    public record Download(int task, String artifact, String path) {}

    /**
     * An artifact to keep.
     *
     * @param path a path or glob relative to the graph's directory
     * @param always whether it is kept, where it exists, of a task that did not succeed as well
     */
    public record Artifact(String name, String path, boolean always) {}

    /**
     * The meaning of an exit code.
     *
     * @param label a word for pages and {@code accept}, such as {@code not-compatible}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ExitMeaning(Outcome outcome, @Nullable String label) {}
}
