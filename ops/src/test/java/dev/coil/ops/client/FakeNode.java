package dev.coil.ops.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that gives the answers it was told to give, by method and path with query, and remembers what it was asked. */
public final class FakeNode implements AutoCloseable {

    private final Server server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Queue<String>> later = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private record Answer(HttpStatus status, MediaType type, byte[] body) {}

    /** What it was asked. */
    public record Request(String method, String path, String range, String body) {}

    public FakeNode() {
        server = Server.builder()
                .http(0)
                .serviceUnder(
                        "/",
                        (context, request) ->
                                HttpResponse.of(request.aggregate().thenApply(whole -> {
                                    requests.add(new Request(
                                            whole.method().name(),
                                            whole.path(),
                                            whole.headers().get("range", ""),
                                            whole.contentUtf8()));
                                    return answer(whole.method() + " " + whole.path());
                                })))
                .build();
        server.start().join();
    }

    private HttpResponse answer(String key) {
        var answer = answers.get(key);
        var next = later.getOrDefault(key, new ConcurrentLinkedQueue<>()).poll();
        if (next != null) {
            json(key, next);
        }
        if (answer == null) {
            return HttpResponse.of(HttpStatus.NOT_FOUND, MediaType.JSON, "{\"error\":\"the test expects no %s\"}", key);
        }
        return HttpResponse.of(answer.status(), answer.type(), HttpData.wrap(answer.body()));
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.activeLocalPort());
    }

    /** @param request method and path, as in {@code GET /api/v1/node} */
    public FakeNode json(String request, String json) {
        return json(request, HttpStatus.OK, json);
    }

    /** Answers the first time with one document, the next time with the next; the last one stays. */
    public FakeNode json(String request, String first, String... next) {
        json(request, first);
        later.put(request, new ConcurrentLinkedQueue<>(List.of(next)));
        return this;
    }

    public FakeNode json(String request, HttpStatus status, String json) {
        answers.put(request, new Answer(status, MediaType.JSON, json.getBytes(UTF_8)));
        return this;
    }

    public FakeNode bytes(String request, byte[] bytes) {
        answers.put(request, new Answer(HttpStatus.OK, MediaType.OCTET_STREAM, bytes));
        return this;
    }

    /** A stream of events that ends after the last one. */
    public FakeNode events(String request, String events) {
        answers.put(request, new Answer(HttpStatus.OK, MediaType.EVENT_STREAM, events.getBytes(UTF_8)));
        return this;
    }

    /** Forgets everything, for the next test: to stop and start a server takes seconds. */
    public void reset() {
        answers.clear();
        later.clear();
        requests.clear();
    }

    public List<Request> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop().join();
    }
}
