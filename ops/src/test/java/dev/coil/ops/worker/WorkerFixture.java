package dev.coil.ops.worker;

import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.runner.Limits;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;

/** A broker, a ZooKeeper, an owner, and the workers of one test. */
final class WorkerFixture {

    private final Path directory;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    final KafkaSettings kafka;
    final EmbeddedZooKeeper zookeeper;
    final ScriptedOwner owner;

    WorkerFixture(Path directory) throws Exception {
        this.directory = directory;
        var broker = opened(EmbeddedKafka.start(directory.resolve("kafka")));
        kafka = KafkaSettings.single(broker.bootstrapServers());
        zookeeper = opened(EmbeddedZooKeeper.start(directory.resolve("zookeeper")));
        owner = opened(new ScriptedOwner(kafka));
    }

    <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    WorkerConfig config(String name, int slots) {
        return new WorkerConfig(
                kafka, zookeeper.connectString(), directory.resolve(name), name, slots, Set.of(), Map.of(), null);
    }

    Worker start(String name, int slots) throws Exception {
        return start(config(name, slots));
    }

    Worker start(String name, Path directory, Set<String> labels, Limits limits) throws Exception {
        return start(
                new WorkerConfig(kafka, zookeeper.connectString(), directory, name, 1, labels, Map.of(), null, limits));
    }

    private Worker start(WorkerConfig config) throws Exception {
        var worker = opened(new Worker(config));
        worker.start();
        return worker;
    }

    /** Closes all, whatever happens: a broker that outlives its directory ends the whole JVM. */
    void close() throws Exception {
        Exception failure = null;
        for (var part = open.poll(); part != null; part = open.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
