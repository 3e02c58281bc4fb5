package dev.coil.ops.checkout;

import dev.coil.protocol.source.SourceKind;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The git repositories that a node keeps for one project. */
public final class NodeSources {

    private final URI node;
    private final @Nullable String key;
    private final String project;
    private final Consumer<String> progress;

    /**
     * @param key what the node is shown; {@code null} for nothing
     * @param progress hears how far an upload is, many times a second, as git says it
     */
    public NodeSources(URI node, @Nullable String key, String project, Consumer<String> progress) {
        this.node = node;
        this.key = key;
        this.project = project;
        this.progress = progress;
    }

    /**
     * Brings a commit there, where it stays reachable under {@code refs/coil/commits}. Only what is not there yet is uploaded.
     *
     * @param through a git in which the commit is visible
     */
    void push(Git through, String commit) {
        var kind = SourceKind.of(commit, isShallow(through));
        var arguments = settings();
        arguments.addAll(List.of(
                // Large files hardly ever become smaller as differences, which take long to look for and much memory.
                "-c",
                "core.bigFileThreshold=1m",
                "-c",
                "pack.windowMemory=64m",
                "-c",
                "pack.compression=1",
                "-c",
                "push.followTags=false",
                "-c",
                "push.gpgSign=false",
                "push",
                "--progress",
                "--no-verify",
                "--recurse-submodules=no",
                node + kind.path(project),
                commit + ":refs/coil/commits/" + commit));
        var result = keyed(through).run(progress, arguments.toArray(String[]::new));
        if (!result.succeeded()) {
            throw result.failure("cannot bring the commit to the node at " + node, advice(through));
        }
    }

    /** Whether a commit is there, with its whole history or without. */
    boolean has(Git through, String commit) {
        for (var kind : SourceKind.having(commit)) {
            var arguments = settings();
            arguments.addAll(
                    List.of("ls-remote", "--exit-code", node + kind.path(project), "refs/coil/commits/" + commit));
            if (keyed(through).run(arguments.toArray(String[]::new)).succeeded()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isShallow(Git git) {
        return git.need("rev-parse", "--is-shallow-repository").text().equals("true");
    }

    private static String advice(Git git) {
        return git.run("config", "--get-regexp", "^remote\\..*\\.promisor$").succeeded()
                ? "; this is a partial clone, so git gets from its remote what it lacks"
                : "";
    }

    /** Through the environment, as everybody sees a program's arguments. */
    private Git keyed(Git git) {
        var variables = new HashMap<String, String>();
        if (key != null) {
            variables.put("GIT_CONFIG_COUNT", "1");
            variables.put("GIT_CONFIG_KEY_0", "http." + node + "/.extraHeader");
            variables.put("GIT_CONFIG_VALUE_0", "Authorization: Bearer " + key);
        }
        var authority = System.getenv("COIL_CA");
        if (authority != null && !authority.isEmpty()) {
            variables.put("GIT_SSL_CAINFO", authority);
        }
        return git.with(variables);
    }

    private List<String> settings() {
        var settings = new ArrayList<>(List.of("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=300"));
        if (isLoopback(node)) {
            // A proxy from the environment leads elsewhere.
            settings.addAll(List.of("-c", "http.proxy="));
        }
        return settings;
    }

    private static boolean isLoopback(URI node) {
        var host = String.valueOf(node.getHost());
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }
}
