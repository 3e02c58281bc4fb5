package dev.coil.worker.program;

import dev.coil.protocol.access.Secret;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.runner.Limits;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every worker, however it comes by its tasks. What cannot be is told by an {@link IllegalArgumentException}. */
public final class WorkerOptions {

    @Option(names = "--slots", paramLabel = "N", description = "How many tasks at once (default: one a processor).")
    private @Nullable Integer slots;

    @Option(names = "--label", paramLabel = "L", description = "A label of this machine; as often as needed.")
    private Set<String> labels = new LinkedHashSet<>();

    @Option(
            names = "--fact",
            paramLabel = "K=V",
            description = "A fact of this machine, instead of what is detected; as often as needed.")
    private Map<String, String> facts = new LinkedHashMap<>();

    @Option(names = "--name", paramLabel = "N", description = "Its name for people (default: the host's).")
    private @Nullable String name;

    @Option(
            names = "--dir",
            paramLabel = "D",
            description = "Its own directory: identity, caches, workspaces (default: workers/NAME in $COIL_HOME).")
    private @Nullable Path directory;

    @Option(
            names = "--token",
            paramLabel = "T",
            description = {
                "With --url: lets the worker in, once; it keeps a key from then on (default: $COIL_TOKEN).",
                "An operator makes one with 'coil token create'."
            })
    private @Nullable String token;

    @Option(
            names = "--project",
            paramLabel = "GLOB",
            description = {
                "Run only tasks of these projects; with ! in front, none of them. As often as needed.",
                "This and the next two are yours alone: nothing that the node says widens them."
            })
    private List<String> projects = new ArrayList<>();

    @Option(
            names = "--ref",
            paramLabel = "GLOB",
            description = "The same of branches and tags (main, v*, refs/pull/*).")
    private List<String> refs = new ArrayList<>();

    @Option(
            names = "--event",
            paramLabel = "GLOB",
            description = {
                "The same of what started the run (push, manual). Pull requests from other repositories are taken",
                "only by who names pull_request_fork, or * for all."
            })
    private List<String> events = new ArrayList<>();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    public int slots() {
        return slots == null ? limits().processors() : slots;
    }

    public Set<String> labels() {
        return labels;
    }

    public Map<String, String> facts() {
        return facts;
    }

    public String name() {
        return name == null ? hostName() : name;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }

    /** @param here where the user is, @param home {@code $COIL_HOME} */
    public Path directory(Path here, Path home) {
        return directory == null ? home.resolve("workers").resolve(name()) : here.resolve(directory);
    }

    public Limits limits() {
        return limits.limits();
    }

    public OwnerRules rules() {
        return new OwnerRules(projects, refs, events);
    }

    /**
     * Of a worker that claims through the node there.
     *
     * @param variable {@code $COIL_TOKEN}; empty if it is not set
     */
    public HttpWorkerConfig overHttp(URI node, Path directory, String variable) {
        return new HttpWorkerConfig(
                node, directory, name(), slots(), labels, facts, limits(), rules(), token(variable));
    }

    private @Nullable String token(String variable) {
        var given = token == null ? variable : token;
        if (given.isEmpty()) {
            return null;
        }
        if (!Secret.isToken(given)) {
            throw new IllegalArgumentException((token == null ? "$COIL_TOKEN" : "--token")
                    + " is no token: expected coil_token_ and 64 of 0-9a-f, as 'coil token create' prints it");
        }
        return given;
    }
}
