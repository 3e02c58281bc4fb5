package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
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
 * @param checkout whether anything is checked out first: what {@link #repositories()} says
 * @param from the index of the task in whose tree this one starts; {@code null} for a fresh workspace
 * @param keepTree whether some task starts in the tree that this one leaves, so that the worker must keep it
 * @param downloads artifacts of other tasks to unpack before the start, in order
 * @param artifacts what to keep of the workspace
 * @param exitCodes what exit codes mean, where not 0 = success and others = failure
 * @param tty whether it runs on a pseudo-terminal
 * @param resources what it may use of the machine
 * @param checkouts what is checked out, if it is more than the run's commit at the workspace's top
 * @param generates where the further tasks stand that it adds to its run; {@code null} if it adds none
 * @param caches what the worker keeps of the workspace for later tasks
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

        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Resources.None.class)
        Resources resources,

        List<Checkout> checkouts,
        @Nullable Generates generates,
        List<Cache> caches) {

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
        checkouts = checkouts == null ? List.of() : List.copyOf(checkouts);
        caches = caches == null ? List.of() : List.copyOf(caches);
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
                Resources.NONE,
                List.of(),
                null,
                List.of());
    }

    /** The same with its script in a blob. */
    public Action withScriptBlob(String sha256) {
        return with("", sha256, from, keepTree, downloads, generates);
    }

    /** The same with what it takes from other tasks, and leaves to them. */
    public Action linked(@Nullable Integer from, boolean keepTree, List<Download> downloads) {
        return with(script, scriptBlob, from, keepTree, downloads, generates);
    }

    /** The same with another word on what it generates. */
    public Action generating(Generates others) {
        return with(script, scriptBlob, from, keepTree, downloads, others);
    }

    /** The same with the tasks that it refers to so many places further on. */
    public Action shifted(int places) {
        var moved = downloads.stream()
                .map(d -> new Download(d.task() + places, d.artifact(), d.path()))
                .toList();
        return linked(from == null ? null : from + places, keepTree, moved);
    }

    private Action with(
            String script,
            @Nullable String scriptBlob,
            @Nullable Integer from,
            boolean keepTree,
            List<Download> downloads,
            @Nullable Generates generates) {
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
                resources,
                checkouts,
                generates,
                caches);
    }

    /** What is checked out, in this order; empty for nothing. */
    public List<Checkout> repositories() {
        return !checkout ? List.of() : checkouts.isEmpty() ? List.of(Checkout.OWN) : checkouts;
    }

    /**
     * A repository to check out.
     *
     * @param repository its URL, or its path from the top of the project's own, as the graph says; {@code null} for the project's own
     * @param ref the branch, tag or commit; empty for the default branch, or for the run's commit. Which commit that is for this run,
     *     {@link Source#inputs()} tells
     * @param path where to, with single slashes between its parts; empty for the directory that it is relative to. For the project's own
     *     that is the workspace's top, for others the directory that the task starts in
     * @param submodules which of its submodules
     * @param lfs whether files that Git LFS keeps elsewhere get their content
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Checkout(
            @Nullable String repository,
            String ref,
            String path,
            Submodules submodules,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean lfs) {

        /** The run's commit at the workspace's top, as git checks it out. */
        public static final Checkout OWN = new Checkout(null, "", "", Submodules.NONE, false);

        public Checkout {
            ref = ref == null ? "" : ref;
            path = path == null ? "" : path;
            submodules = submodules == null ? Submodules.NONE : submodules;
        }

        @JsonIgnore
        public boolean isOwn() {
            return repository == null;
        }
    }

    /** Which submodules are checked out with a repository. */
    public enum Submodules {
        /** None: there is an empty directory for each. */
        @JsonProperty("none")
        NONE,
        /** Its own. */
        @JsonProperty("direct")
        DIRECT,
        /** Also theirs. */
        @JsonProperty("recursive")
        RECURSIVE
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
     * @param expiresMillis how long after the attempt's end it is kept; 0 for as long as the node keeps what does not say
     */
    public record Artifact(
            String name,
            String path,
            boolean always,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long expiresMillis) {

        /** Of one that does not say when it expires. */
        public Artifact(String name, String path, boolean always) {
            this(name, path, always, 0);
        }

        @JsonCreator
        public Artifact {}
    }

    /**
     * What a worker keeps of the workspace, on its own disk, for tasks of the same project that name the same key and path.
     *
     * @param path a file or directory, relative to the graph's directory
     * @param key tells apart what must not be mixed
     * @param always whether it is kept, where it exists, of a task that did not succeed as well
     */
    public record Cache(
            String path,
            String key,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean always) {

        /** The key of those that name none. */
        public static final String STANDARD_KEY = "default";
    }

    /**
     * The meaning of an exit code.
     *
     * @param label a word for pages and {@code accept}, such as {@code not-compatible}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ExitMeaning(Outcome outcome, @Nullable String label) {}

    /**
     * A file of further tasks.
     *
     * @param file its path relative to the graph's directory
     * @param depth how many generators deep its tasks are; 1 where the graph file itself has the generator
     * @param context SHA-256 of what the gateway must know of the run to plan the file; {@code null} until that is kept
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Generates(
            String file, int depth, @Nullable String context) {

        /** The same of a run of which this is kept. */
        public Generates within(String run) {
            return new Generates(file, depth, run);
        }
    }
}
