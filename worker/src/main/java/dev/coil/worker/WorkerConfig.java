package dev.coil.worker;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.blob.NodeAddress;
import dev.coil.worker.runner.Limits;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a worker runs.
 *
 * @param kafka where the space and the command log are
 * @param zookeeper connect string, with a chroot if there is one: {@code host:port,host:port/path}
 * @param directory the worker's own; no other worker may use it
 * @param name for people; unique in a fleet by its owners' care
 * @param slots how many tasks it runs at once, 1 to 100,000
 * @param labels what the owner says of the machine
 * @param facts stand instead of the detected ones; an empty value takes a fact away
 * @param node the node that has sources and blobs; {@code null}: as announced in ZooKeeper
 * @param limits of each task
 * @param rules which tasks the owner lets it take
 */
public record WorkerConfig(
        KafkaSettings kafka,
        String zookeeper,
        Path directory,
        String name,
        int slots,
        Set<String> labels,
        Map<String, String> facts,
        @Nullable NodeAddress node,
        Limits limits,
        OwnerRules rules) {

    private static final int MOST_SLOTS = 100_000;

    /** One that takes whatever it matches. */
    public WorkerConfig(
            KafkaSettings kafka,
            String zookeeper,
            Path directory,
            String name,
            int slots,
            Set<String> labels,
            Map<String, String> facts,
            @Nullable NodeAddress node,
            Limits limits) {
        this(kafka, zookeeper, directory, name, slots, labels, facts, node, limits, OwnerRules.NONE);
    }

    /** One with the usual limits. */
    public WorkerConfig(
            KafkaSettings kafka,
            String zookeeper,
            Path directory,
            String name,
            int slots,
            Set<String> labels,
            Map<String, String> facts,
            @Nullable NodeAddress node) {
        this(kafka, zookeeper, directory, name, slots, labels, facts, node, Limits.STANDARD);
    }

    /** @throws IllegalArgumentException with the setting that cannot be */
    public WorkerConfig {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a worker needs a name");
        }
        if (slots < 1 || slots > MOST_SLOTS) {
            throw new IllegalArgumentException("slots is " + slots + ": expected 1 to " + MOST_SLOTS);
        }
        for (var label : labels) {
            if (!label.matches("[A-Za-z0-9][A-Za-z0-9._:/-]*")) {
                throw new IllegalArgumentException(
                        "'" + label + "' is no label: expected letters, digits and . _ : / - only");
            }
        }
        labels = Set.copyOf(labels);
        facts = Map.copyOf(facts);
    }
}
