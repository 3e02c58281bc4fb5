package dev.coil.ops.scheduler;

import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real broker with three partitions, and a real ZooKeeper, for each test. */
class SchedulerFixture {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    KafkaSettings settings;
    private @Nullable EmbeddedKafka kafka;
    private @Nullable EmbeddedZooKeeper zookeeper;

    @BeforeEach
    void startServers() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        settings = new KafkaSettings(kafka.bootstrapServers(), 3, (short) 1, Map.of());
    }

    @AfterEach
    void stopServers() throws Exception {
        if (zookeeper != null) {
            zookeeper.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    String zookeeper() {
        return zookeeper.connectString();
    }

    /** Not started yet; sole owner, with a store of its own. */
    Scheduler scheduler(String name) {
        return new Scheduler(
                new SchedulerConfig(settings, zookeeper.connectString(), directory.resolve(name), name, true));
    }
}
