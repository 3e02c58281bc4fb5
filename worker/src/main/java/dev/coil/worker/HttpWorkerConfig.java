package dev.coil.worker;

import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.runner.Limits;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a worker runs that claims through a node.
 *
 * @param node base URL of the node, without a slash at its end
 * @param directory the worker's own; no other worker may use it
 * @param name for people; unique in a fleet by its owners' care
 * @param slots how many tasks it runs at once, 1 to 1,000
 * @param labels what the owner says of the machine
 * @param facts stand instead of the detected ones; an empty value takes a fact away
 * @param limits of each task
 * @param rules which tasks the owner lets it take
 * @param token with which it is let in first, where the node wants that; {@code null} for none
 */
public record HttpWorkerConfig(
        URI node,
        Path directory,
        String name,
        int slots,
        Set<String> labels,
        Map<String, String> facts,
        Limits limits,
        OwnerRules rules,
        @Nullable String token) {

    private static final int MOST_SLOTS = 1_000;

    /** @throws IllegalArgumentException with the setting that cannot be */
    public HttpWorkerConfig {
        if (node.getHost() == null || !String.valueOf(node.getScheme()).matches("https?")) {
            throw new IllegalArgumentException("'" + node + "' is no URL of a node: expected http://host:port");
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("a worker needs a name");
        }
        if (slots < 1 || slots > MOST_SLOTS) {
            throw new IllegalArgumentException("slots is " + slots + ": expected 1 to " + MOST_SLOTS);
        }
        node = URI.create(node.toString().replaceAll("/+$", ""));
        labels = Set.copyOf(labels);
        facts = Map.copyOf(facts);
    }
}
