package dev.coil.ops.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.server.Server;
import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.KafkaUnusable;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.gateway.Gateway;
import dev.coil.scheduler.gateway.GatewayConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class GatewayOutageTest {

    @Test
    void shouldSayThatKafkaDoesNotAnswerAndGoOnWhenItDoes(@TempDir Path directory) throws Exception {
        var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var settings = KafkaSettings.single(kafka.bootstrapServers());
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }
        try (var gateway = new Gateway(new GatewayConfig(settings, directory, Duration.ofSeconds(3)));
                var server = serve(gateway)) {
            kafka.close();

            var during = cancel(server);

            assertThat(during.statusCode()).isEqualTo(503);
            assertThat(during.body()).contains("whether it was carried out is not known");

            int port = Integer.parseInt(kafka.bootstrapServers().split(":")[1]);
            try (var again = EmbeddedKafka.start(directory.resolve("kafka"), port);
                    var resolver = new ScriptedResolver(settings)) {
                assertThat(again.bootstrapServers()).isEqualTo(kafka.bootstrapServers());
                await().atMost(Duration.ofSeconds(40))
                        .untilAsserted(
                                () -> assertThat(cancel(server).statusCode()).isEqualTo(202));
                assertThat(resolver.commands()).isNotEmpty();
            }
        }
    }

    @Test
    void shouldNotStartWithoutKafka(@TempDir Path directory) {
        var nowhere = new GatewayConfig(KafkaSettings.single("127.0.0.1:1"), directory, Duration.ofSeconds(3));

        assertThatThrownBy(() -> new Gateway(nowhere))
                .isInstanceOf(KafkaUnusable.class)
                .hasMessageContaining("cannot use Kafka at 127.0.0.1:1");
    }

    private static Server serve(Gateway gateway) {
        var builder = Server.builder().http(0);
        gateway.register(builder);
        var server = builder.build();
        server.start().join();
        return server;
    }

    private static HttpResponse<String> cancel(Server server) throws Exception {
        var uri = "http://127.0.0.1:" + server.activeLocalPort() + "/api/v1/projects/demo/runs/1/cancel";
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri))
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
    }
}
