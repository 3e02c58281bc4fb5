package dev.coil.ops.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.graph.Problem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** How a node is asked, and what its answers and silences mean to a user. For several threads. */
final class NodeHttp {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longer than a gateway waits for the scheduler before it gives up itself. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final URI node;
    private final @Nullable String key;
    private final HttpClient http;

    /**
     * @param node the base URL, without a slash at its end
     * @param key what it is shown; {@code null} for nothing
     */
    NodeHttp(URI node, @Nullable String key) {
        this.node = node;
        this.key = key;
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    URI node() {
        return node;
    }

    @Nullable
    String key() {
        return key;
    }

    HttpRequest get(String path) {
        return request(path).timeout(ANSWER).build();
    }

    HttpRequest post(String path, Object body) {
        return post(path, body, ANSWER);
    }

    HttpRequest post(String path, Object body, Duration patience) {
        try {
            return request(path)
                    .timeout(patience)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(body)))
                    .build();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot write " + body.getClass(), e);
        }
    }

    /** Removes something. */
    void delete(String path) {
        json(request(path).timeout(ANSWER).DELETE().build());
    }

    /** Sends a file, which may be large. */
    void put(String path, Path file) {
        try {
            json(request(path).PUT(HttpRequest.BodyPublishers.ofFile(file)).build());
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(node + path));
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    JsonNode json(HttpRequest request) {
        return read(request, Json.MAPPER::readTree);
    }

    /** How an answer is read. */
    @FunctionalInterface
    interface Reading<T> {
        T read(InputStream body) throws IOException;
    }

    <T> T read(HttpRequest request, Reading<T> reading) {
        try (var body = stream(request)) {
            return reading.read(body);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    InputStream stream(HttpRequest request) {
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() >= 300) {
                throw refused(response);
            }
            return response.body();
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private RequestRefused refused(HttpResponse<InputStream> response) throws IOException {
        try (var body = response.body()) {
            var bytes = body.readAllBytes();
            var message = node + " answered with status " + response.statusCode();
            var problems = new ArrayList<Problem>();
            try {
                var json = Json.MAPPER.readTree(bytes);
                message = json.path("error").asText(message);
                for (var problem : json.path("problems")) {
                    problems.add(Json.read(problem, Problem.class));
                }
            } catch (JsonProcessingException e) {
                message += ", which is not how a Coil node answers";
            }
            return new RequestRefused(response.statusCode(), message, problems);
        }
    }

    NodeUnreachable unreachable(IOException e) {
        if (e instanceof JsonProcessingException) {
            return new NodeUnreachable(node, "what answers at " + node + " is not a Coil node", e);
        }
        if (e instanceof ConnectException) {
            return new NodeUnreachable(node, "no node answers at " + node, e);
        }
        if (e instanceof SSLException) {
            return new NodeUnreachable(
                    node,
                    "the certificate of " + node + " is not trusted here (" + e.getMessage()
                            + "): if it is your own, name the file with its authority in $COIL_CA",
                    e);
        }
        if (e instanceof HttpTimeoutException) {
            return new NodeUnreachable(node, "the node at " + node + " did not answer in time", e);
        }
        var detail = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new NodeUnreachable(node, "the connection to " + node + " broke: " + detail, e);
    }

    /** Whether something is there. */
    boolean isThere(String path) {
        var head = request(path).timeout(ANSWER).method("HEAD", HttpRequest.BodyPublishers.noBody());
        try {
            return http.send(head.build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** For whoever is interrupted while it waits for the node. */
    NodeUnreachable interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new NodeUnreachable(node, "interrupted while waiting for " + node, e);
    }

    /** As a segment of a path or a value in a query. */
    static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
