package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.node.Reach;
import dev.coil.ops.node.RunningNode;
import dev.coil.protocol.access.Secret;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which node the command talks to. */
final class Nodes {

    /** How long a node that is just starting is waited for. */
    static final Duration START = Duration.ofSeconds(30);

    private Nodes() {}

    /** The node of {@code $COIL_URL}, else the one that runs in {@code $COIL_HOME}, else the default port on this machine. */
    static NodeClient client(World world) {
        return running(world).orElseGet(() -> at(world, URI.create("http://127.0.0.1:" + Reach.DEFAULT_PORT)));
    }

    /** A node that there is reason to believe in: that of {@code $COIL_URL}, or the one that runs in {@code $COIL_HOME}. */
    static Optional<NodeClient> running(World world) {
        var url = world.variable("COIL_URL");
        if (!url.isEmpty()) {
            return Optional.of(at(world, parse("$COIL_URL", url)));
        }
        return RunningNode.await(world.home(), START).map(node -> local(world, node));
    }

    /** With the key of {@code $COIL_KEY}, else the one that a login left for this URL. */
    private static NodeClient at(World world, URI url) {
        var key = given(world);
        return new NodeClient(url, key == null ? new Keys(world).of(url) : key);
    }

    /** The node of this home: who may read its directory has its operator's key. */
    private static NodeClient local(World world, RunningNode node) {
        var key = given(world);
        try {
            return new NodeClient(node.url(), key == null ? node.operatorKey(world.home()) : key);
        } catch (IOException e) {
            throw CommandFailed.error("cannot read the key of the node in " + world.home() + ": " + Reason.of(e)
                    + ": are you another user than the node? Then take a key of your own: see 'coil login --help'");
        }
    }

    private static @Nullable String given(World world) {
        var key = world.variable("COIL_KEY");
        if (key.isEmpty()) {
            return null;
        }
        if (!Secret.isKey(key)) {
            throw CommandFailed.usage(
                    Secret.isToken(key)
                            ? "$COIL_KEY is a token, which lets in once: 'coil login URL' makes a key of it"
                            : "$COIL_KEY is no key: expected coil_key_ and 64 of 0-9a-f");
        }
        return key;
    }

    /**
     * The URL of a node.
     *
     * @param what what the user said it is
     * @throws CommandFailed if it is none
     */
    static URI parse(String what, String url) {
        try {
            var uri = new URI(url);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (java.net.URISyntaxException e) {
            throw CommandFailed.usage(what + " is '" + url + "', which is not a URL: " + e.getReason());
        }
        throw CommandFailed.usage(what + " is '" + url + "': expected something like http://127.0.0.1:8080");
    }
}
