package dev.coil.ops.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.access.Secret;
import dev.coil.protocol.codec.Codec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks a node as somebody who has a certain key, or none. */
public record Door(URI node, String key) {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    public Door with(String other) {
        return new Door(node, other);
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, null, headers);
    }

    HttpResponse<String> post(String path, Object body, String... headers) throws Exception {
        return send("POST", path, body, headers);
    }

    public HttpResponse<String> send(String method, String path, Object body, String... headers) throws Exception {
        var all = new ArrayList<>(List.of(headers));
        if (!key.isEmpty()) {
            all.addAll(List.of("Authorization", "Bearer " + key));
        }
        var request = HttpRequest.newBuilder(node.resolve(path))
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(Codec.MAPPER.writeValueAsString(body)));
        if (!all.isEmpty()) {
            request.headers(all.toArray(String[]::new));
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    /** A token, of who may make one. */
    public String token(Map<String, Object> what) throws Exception {
        return json(post("/api/v1/access/tokens", what)).path("token").asText();
    }

    /** What who has a token gets with it: a key. */
    public Door enrolled(String token, String name) throws Exception {
        var fresh = Secret.newKey().text();
        var answer = with("").post("/api/v1/access/enrol", Map.of("token", token, "key", fresh, "name", name));
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return with(fresh);
    }

    static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Codec.MAPPER.readTree(answer.body());
    }
}
