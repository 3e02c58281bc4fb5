package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebServerTest {

    @Test
    void shouldSayThatThePortIsInUseAndWhatToDo() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> WebServer.start(Reach.LOOPBACK.withPort(other.getLocalPort())))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContainingAll("port " + other.getLocalPort(), "in use", "--port");
        }
    }

    @Test
    void shouldSayWhichAddressThisMachineDoesNotHave() {
        assertThatThrownBy(() -> WebServer.start(new Reach("no.such.host.invalid", 0, null, true, null, false)))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContaining("no.such.host.invalid");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void shouldSpeakBothVersionsOfHttpOnTheOnePort(HttpClient.Version version) throws Exception {
        try (var server = WebServer.start(Reach.LOOPBACK.withPort(0))) {
            assertThat(get(server, "/", version).statusCode()).isEqualTo(503);

            server.serve(services -> services.service("/hello", (ctx, request) -> HttpResponse.of("hello")));

            var answer = get(server, "/hello", version);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.version()).isEqualTo(version);
        }
    }

    @Test
    void shouldAnswerInJsonWhereThereIsNothing() throws Exception {
        try (var server = WebServer.start(Reach.LOOPBACK.withPort(0))) {
            server.serve(services -> services.service("/hello", (ctx, request) -> HttpResponse.of("hello")));

            var answer = get(server, "/api/v1/nothing", HttpClient.Version.HTTP_1_1);

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).startsWith("{\"error\":").contains("/api/v1/nothing");
        }
    }

    @Test
    void shouldAnswerABrowserWithAPageWhereThereIsNothing() throws Exception {
        try (var server = WebServer.start(Reach.LOOPBACK.withPort(0))) {
            server.serve(services -> services.service("/hello", (ctx, request) -> HttpResponse.of("hello")));

            assertThat(asBrowser(server, "/buidls").statusCode()).isEqualTo(404);
            assertThat(asBrowser(server, "/buidls").body()).contains("Nothing here", "no such page");
            assertThat(asBrowser(server, "/api/v1/nothing").body()).startsWith("{\"error\":");
        }
    }

    private static java.net.http.HttpResponse<String> asBrowser(WebServer server, String path) throws Exception {
        var request = HttpRequest.newBuilder(server.url().resolve(path))
                .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    @Test
    void shouldKeepTheDetailsOfAFailureToItself() throws Exception {
        try (var server = WebServer.start(Reach.LOOPBACK.withPort(0))) {
            server.serve(services -> services.service("/broken", (ctx, request) -> {
                throw new IllegalStateException("a secret");
            }));

            var answer = get(server, "/broken", HttpClient.Version.HTTP_1_1);

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).startsWith("{\"error\":").doesNotContain("secret", "Exception");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"})
    void shouldRefuseTheNamesOfOthersOnLoopback(String host) throws Exception {
        try (var server = WebServer.start(Reach.LOOPBACK.withPort(0))) {
            assertThat(statusFor(server, host)).contains(" 421 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080"})
    void shouldAnswerToTheNamesOfThisMachine(String host) throws Exception {
        try (var server = WebServer.start(Reach.LOOPBACK.withPort(0))) {
            assertThat(statusFor(server, host)).contains(" 503 ");
        }
    }

    @Test
    void shouldFreeThePortAtOnce() throws Exception {
        var server = WebServer.start(Reach.LOOPBACK.withPort(0));
        var from = Instant.now();

        server.close();

        try (var next = WebServer.start(Reach.LOOPBACK.withPort(server.url().getPort()))) {
            assertThat(next.url()).isEqualTo(server.url());
            assertThat(Duration.between(from, Instant.now())).isLessThan(Duration.ofSeconds(2));
        }
    }

    private static java.net.http.HttpResponse<String> get(WebServer server, String path, HttpClient.Version version)
            throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .version(version)
                .build()
                .send(HttpRequest.newBuilder(server.url().resolve(path)).build(), BodyHandlers.ofString());
    }

    /** The JDK's clients do not let one choose the Host header. */
    private static String statusFor(WebServer server, String host) throws IOException {
        URI url = server.url();
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
