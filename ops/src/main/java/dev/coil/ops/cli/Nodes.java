package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.node.RunningNode;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Which node the command talks to. */
final class Nodes {

    /** How long a node that is just starting is waited for. */
    static final Duration START = Duration.ofSeconds(30);

    private Nodes() {}

    /** The node of {@code $COIL_URL}, else the one that runs in {@code $COIL_HOME}, else the default port on this machine. */
    static NodeClient client(World world) {
        return running(world)
                .orElseGet(() -> new NodeClient(URI.create("http://127.0.0.1:" + NodeConfig.DEFAULT_PORT)));
    }

    /** A node that there is reason to believe in: that of {@code $COIL_URL}, or the one that runs in {@code $COIL_HOME}. */
    static Optional<NodeClient> running(World world) {
        var url = world.variable("COIL_URL");
        if (!url.isEmpty()) {
            return Optional.of(new NodeClient(parse(url)));
        }
        return RunningNode.await(world.home(), START).map(node -> new NodeClient(node.url()));
    }

    private static URI parse(String url) {
        try {
            var uri = new URI(url);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (java.net.URISyntaxException e) {
            throw CommandFailed.usage("$COIL_URL is '" + url + "', which is not a URL: " + e.getReason());
        }
        throw CommandFailed.usage("$COIL_URL is '" + url + "': expected something like http://127.0.0.1:8080");
    }
}
