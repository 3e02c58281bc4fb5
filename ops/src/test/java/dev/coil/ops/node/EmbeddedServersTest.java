package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServersTest {

    /** A broker that the controller does not let in waits for the session of its predecessor: 9 seconds by default. */
    private static final Duration PROMPT = Duration.ofSeconds(6);

    @Test
    void shouldKeepTopicsOverARestart(@TempDir Path directory) throws Exception {
        try (var kafka = EmbeddedKafka.start(directory);
                var admin = KafkaSettings.single(kafka.bootstrapServers()).admin()) {
            Topics.createFixed(admin, KafkaSettings.single(kafka.bootstrapServers()));
        }

        var again = Instant.now();
        try (var kafka = EmbeddedKafka.start(directory);
                var admin = KafkaSettings.single(kafka.bootstrapServers()).admin()) {
            assertThat(Duration.between(again, Instant.now())).isLessThan(PROMPT);
            assertThat(admin.listTopics().names().get()).contains(Topics.COMMANDS, Topics.EVENTS, Topics.LOGS);
        }
    }

    @Test
    void shouldStartZooKeeperOnAFreePort(@TempDir Path directory) throws Exception {
        try (var first = EmbeddedZooKeeper.start(directory.resolve("1"));
                var second = EmbeddedZooKeeper.start(directory.resolve("2"))) {
            assertThat(first.connectString()).isNotEqualTo(second.connectString());
        }
    }

    @Test
    void shouldNotKeepWhatZooKeeperReadsNoMore(@TempDir Path directory) throws Exception {
        for (int start = 0; start < 8; start++) {
            try (var zookeeper = EmbeddedZooKeeper.start(directory);
                    var client = CuratorFrameworkFactory.newClient(zookeeper.connectString(), new RetryOneTime(100))) {
                client.start();
                client.create().forPath("/n" + start);
            }
        }

        try (var zookeeper = EmbeddedZooKeeper.start(directory);
                var client = CuratorFrameworkFactory.newClient(zookeeper.connectString(), new RetryOneTime(100));
                var files = Files.list(directory.resolve("version-2"))) {
            client.start();
            assertThat(client.getChildren().forPath("/")).contains("n0", "n7");
            assertThat(files.filter(f -> f.getFileName().toString().startsWith("snapshot")))
                    .hasSizeLessThanOrEqualTo(4);
        }
    }
}
