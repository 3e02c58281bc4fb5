package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What a worker says to a node over HTTP, one request at a time. */
final class HttpWorker {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final String session = UUID.randomUUID().toString().replace("-", "");
    private final String machine = session.substring(0, 12);
    private final String name;
    private URI node;

    HttpWorker(URI node, String name) {
        this.node = node;
        this.name = name;
    }

    /** Speaks to another node from now on. */
    void turnTo(URI other) {
        node = other;
    }

    HttpResponse<String> announce(String... more) throws Exception {
        var form = "worker=" + machine + "&name=" + name + "&fact=os%3DLinux&fact=arch%3Damd64&started=1700000000";
        return send(form(HttpRequest.newBuilder(uri("")), "PUT", form + String.join("", more)));
    }

    HttpResponse<String> claim(int seconds) throws Exception {
        return send(poll(seconds));
    }

    CompletableFuture<HttpResponse<String>> claiming(int seconds) {
        return CLIENT.sendAsync(poll(seconds), BodyHandlers.ofString());
    }

    private HttpRequest poll(int seconds) {
        return HttpRequest.newBuilder(uri("/claim?wait=" + seconds))
                .POST(BodyPublishers.noBody())
                .build();
    }

    /** A task as JSON: {@code {"claim", "task"}}. */
    JsonNode taken(int seconds) throws Exception {
        var answer = send(HttpRequest.newBuilder(uri("/claim?wait=" + seconds))
                .header("Accept", "application/json")
                .POST(BodyPublishers.noBody())
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Codec.MAPPER.readTree(answer.body());
    }

    HttpResponse<String> heartbeat(String claim) throws Exception {
        return send(HttpRequest.newBuilder(uri("/claims/" + claim + "/log"))
                .PUT(BodyPublishers.noBody())
                .build());
    }

    HttpResponse<String> log(String claim, long offset, String text) throws Exception {
        long last = offset + text.getBytes(StandardCharsets.UTF_8).length - 1;
        return send(HttpRequest.newBuilder(uri("/claims/" + claim + "/log"))
                .header("Content-Range", "bytes " + offset + '-' + last + "/*")
                .header("Accept", "text/plain")
                .PUT(BodyPublishers.ofString(text))
                .build());
    }

    HttpResponse<String> result(String claim, Map<String, String> fields) throws Exception {
        var form = fields.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(form(HttpRequest.newBuilder(uri("/claims/" + claim + "/result")), "POST", form));
    }

    HttpResponse<String> succeed(String claim) throws Exception {
        return result(
                claim,
                Map.of("outcome", "success", "exit-code", "0", "started", "1", "finished", "2", "log-bytes", "0"));
    }

    HttpResponse<String> handIn(String claim, String text) throws Exception {
        return send(HttpRequest.newBuilder(uri("/claims/" + claim + "/generated"))
                .header("Accept", "text/plain")
                .PUT(BodyPublishers.ofString(text))
                .build());
    }

    HttpResponse<String> giveBack(String claim) throws Exception {
        return send(HttpRequest.newBuilder(uri("/claims/" + claim + "?reason=no+more"))
                .DELETE()
                .build());
    }

    HttpResponse<String> leave() throws Exception {
        return send(HttpRequest.newBuilder(uri("")).DELETE().build());
    }

    private URI uri(String path) {
        return node.resolve("/api/v1/worker/sessions/" + session + path);
    }

    private static HttpRequest form(HttpRequest.Builder request, String method, String form) {
        return request.header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, BodyPublishers.ofString(form))
                .build();
    }

    static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return CLIENT.send(request, BodyHandlers.ofString());
    }
}
