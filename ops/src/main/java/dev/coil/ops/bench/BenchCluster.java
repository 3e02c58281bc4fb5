package dev.coil.ops.bench;

import dev.coil.ops.files.Temporary;
import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import dev.coil.scheduler.owner.CheckpointPolicy;
import dev.coil.scheduler.owner.Retention;
import dev.coil.scheduler.resolver.Rules;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.blob.NodeAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;

/** A broker, a ZooKeeper and a scheduler in a directory of their own, and workers that do everything but start a process. */
final class BenchCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Nothing is ever fetched from it: the tasks have neither sources nor artifacts. */
    private static final NodeAddress NO_NODE = new NodeAddress(URI.create("http://127.0.0.1:1"), null);

    private final Path directory;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final String zookeeper;
    private final KafkaSettings kafka;
    private final Scheduler scheduler;
    private int workers;

    private BenchCluster(CheckpointPolicy checkpoints) throws IOException {
        var temporary = add(Temporary.directory("coil-bench"));
        directory = temporary.path();
        try {
            zookeeper =
                    add(EmbeddedZooKeeper.start(directory.resolve("zookeeper"))).connectString();
            kafka = KafkaSettings.single(
                    add(EmbeddedKafka.start(directory.resolve("kafka"))).bootstrapServers());
            scheduler = add(new Scheduler(new SchedulerConfig(
                    kafka,
                    zookeeper,
                    directory.resolve("scheduler"),
                    "bench",
                    true,
                    Retention.STANDARD,
                    checkpoints,
                    Rules.NEWEST)));
            scheduler.start();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    static BenchCluster start(CheckpointPolicy checkpoints) throws IOException {
        return new BenchCluster(checkpoints);
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    KafkaSettings kafka() {
        return kafka;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** Starts a worker; returns when the scheduler counts on it. */
    Worker startWorker(int slots) throws IOException, InterruptedException {
        return startWorker(slots, Duration.ZERO);
    }

    /** The same with tasks that take so long. */
    Worker startWorker(int slots, Duration time) throws IOException, InterruptedException {
        var name = "bench-" + ++workers;
        var worker = add(Worker.noop(
                new WorkerConfig(kafka, zookeeper, directory.resolve(name), name, slots, Set.of(), Map.of(), NO_NODE),
                time));
        worker.start();
        if (!scheduler.awaitWorker(worker.info().incarnation(), PATIENCE)) {
            throw new IOException("the scheduler did not learn of the worker within " + PATIENCE.toSeconds() + " s");
        }
        return worker;
    }

    @Override
    public void close() throws IOException {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("the benchmark's servers did not stop: " + e.getMessage(), e);
            }
        }
    }
}
