package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServersTest {

    @Test
    void shouldKeepTopicsOverARestart(@TempDir Path directory) throws Exception {
        try (var kafka = EmbeddedKafka.start(directory);
                var admin = KafkaSettings.single(kafka.bootstrapServers()).admin()) {
            Topics.createFixed(admin, KafkaSettings.single(kafka.bootstrapServers()));
        }

        try (var kafka = EmbeddedKafka.start(directory);
                var admin = KafkaSettings.single(kafka.bootstrapServers()).admin()) {
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
}
