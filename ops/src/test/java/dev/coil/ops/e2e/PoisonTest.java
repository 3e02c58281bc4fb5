package dev.coil.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.node.RunningNode;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node in whose command log somebody wrote what is no command. */
class PoisonTest {

    @TempDir
    Path directory;

    @Test
    void shouldEndWithWhatToDoAndGoOnWithoutTheCommandWhenToldTo() throws Exception {
        try (var coil = new Program(directory)) {
            var project = Files.createDirectories(directory.resolve("project"));
            Files.writeString(
                    project.resolve(".coil.yml"), "name: p\ntasks:\n  a: {checkout: false, run: echo hello}\n");
            var node = coil.up();
            assertThat(coil.run("submit", project.toString()).stdout()).isEqualTo("p#1\n");
            long offset = poison(coil.home());

            await().atMost(Duration.ofMinutes(1)).until(() -> !node.isAlive());

            var remedy = "'coil up --quarantine 0@" + offset + "' leaves it out for good";
            assertThat(node.exitValue()).isEqualTo(3);
            assertThat(coil.output(node))
                    .contains("partition 0 stops at the command at offset " + offset, remedy)
                    .doesNotContain("\tat ");
            var refused = coil.run("up", "--port", "0");
            assertThat(refused.exitCode()).isEqualTo(3);
            assertThat(refused.stderr()).contains(remedy).doesNotContain("\tat ");
            var mistaken = coil.run("up", "--port", "0", "--quarantine", "0@" + (offset + 1));
            assertThat(mistaken.exitCode()).isEqualTo(3);
            assertThat(mistaken.stderr()).contains("nothing was left out", "at offset " + offset);

            var healed = coil.up("--quarantine", "0@" + offset);
            assertThat(coil.run("watch", "p#1").exitCode()).isZero();
            assertThat(coil.run("submit", project.toString()).stdout()).isEqualTo("p#2\n");
            coil.down(healed);
            coil.up("--repair");
            assertThat(coil.run("watch", "p#2").exitCode()).isZero();
        }
    }

    private static long poison(Path home) throws Exception {
        var node = RunningNode.find(home).orElseThrow();
        try (var producer = KafkaSettings.single(node.kafka()).producer()) {
            return producer.send(new ProducerRecord<>(Topics.COMMANDS, 0, null, "no command".getBytes(UTF_8)))
                    .get()
                    .offset();
        }
    }
}
