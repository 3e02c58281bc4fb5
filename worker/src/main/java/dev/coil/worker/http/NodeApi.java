package dev.coil.worker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.blob.Connections;
import dev.coil.worker.blob.NodeAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker says to a node, and what is answered. A node that does not know the session is told of the worker, and asked once more.
 * What is not answered, or with a status of 500 and more, is an {@link IOException}: to be sent again. For several threads.
 */
final class NodeApi {

    private static final Logger log = LoggerFactory.getLogger(NodeApi.class);

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final long MILLIS = 1_000;
    private static final String SESSIONS = "/api/v1/worker/sessions/";

    private final Gateways gateways;
    private final String session = UUID.randomUUID().toString().replace("-", "");
    private final String base = SESSIONS + session;
    private final WorkerInfo worker;
    private final CompletableFuture<String> shutOut = new CompletableFuture<>();
    private volatile @Nullable String key;
    private volatile boolean draining;
    private volatile boolean moved;
    private volatile List<String> notices = List.of();
    private volatile @Nullable String unfit;
    private volatile @Nullable Long clockAhead;

    /** @param worker its incarnation does not count, as the node chooses one */
    NodeApi(URI node, WorkerInfo worker) {
        this.worker = worker;
        gateways = new Gateways(node, new Random());
    }

    /** A task that this worker was granted. */
    record Task(String claim, ClaimId id, ReadyTask task) {}

    /** Its id, which this process has chosen. */
    String session() {
        return session;
    }

    /** Where the node is, and what it is shown. */
    NodeAddress address() {
        return new NodeAddress(gateways.current(), key);
    }

    /** Completes with the node's sentence when it does not let the worker in, or no longer. */
    CompletableFuture<String> shutOut() {
        return shutOut;
    }

    void show(String shown) {
        key = shown;
    }

    /**
     * Makes a key good, by a token.
     *
     * @throws Refusal if the node does not take it
     */
    void enrol(String token, String newKey) throws IOException, InterruptedException {
        var answer = sent(new NodeAddress(gateways.current(), token)
                .request("/api/v1/worker/enrol")
                .timeout(ANSWER)
                .header("content-type", "application/json")
                .header("coil-key", newKey)
                .POST(BodyPublishers.ofByteArray(hello()))
                .build());
        if (answer.statusCode() != 200) {
            throw new Refusal(error(answer));
        }
    }

    private byte[] hello() throws IOException {
        var body = Codec.MAPPER
                .createObjectNode()
                .put("worker", worker.worker())
                .put("name", worker.name())
                .put("slots", worker.slots())
                .put("version", worker.version())
                .put("started", worker.startedAt() / MILLIS)
                .put("draining", draining)
                .put("unfit", unfit);
        var attributes = worker.attributes();
        body.set("facts", Codec.MAPPER.valueToTree(attributes.facts()));
        body.set("labels", Codec.MAPPER.valueToTree(attributes.labels()));
        var rules = worker.rules();
        if (rules != null) {
            body.set("projects", Codec.MAPPER.valueToTree(rules.projects()));
            body.set("refs", Codec.MAPPER.valueToTree(rules.refs()));
            body.set("events", Codec.MAPPER.valueToTree(rules.events()));
        }
        return Codec.MAPPER.writeValueAsBytes(body);
    }

    /** @throws Refusal if the node does not take the worker */
    void announce() throws IOException, InterruptedException {
        var answer = sent(request("")
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofByteArray(hello()))
                .build());
        if (answer.statusCode() != 204) {
            throw new Refusal("the node does not take this worker: " + error(answer));
        }
        notices = answer.headers().allValues("coil-notice");
    }

    /** What the node had to say when it was last told of the worker. */
    List<String> notices() {
        return notices;
    }

    /** Lets the node know that the worker takes no further tasks. */
    void drain() throws IOException, InterruptedException {
        draining = true;
        announce();
    }

    /** Lets the node know why the machine is not fit for tasks; {@code null} if it is. */
    void unfit(@Nullable String trouble) throws IOException, InterruptedException {
        unfit = trouble;
        announce();
    }

    /** How far the node's clock is ahead of this machine's, in milliseconds, by its last answer; empty if there was none. */
    OptionalLong clockAhead() {
        var known = clockAhead;
        return known == null ? OptionalLong.empty() : OptionalLong.of(known);
    }

    /**
     * Waits for a task.
     *
     * @param drained hears why an operator wants it to take nothing new; {@code null} if so nobody does
     * @return {@code null} if there is none for now
     */
    @Nullable
    Task claim(Duration wait, Consumer<@Nullable String> drained) throws IOException, InterruptedException {
        var answer = known(address()
                .request(base + "/claim?wait=" + wait.toSeconds())
                .timeout(wait.plus(ANSWER))
                .header("accept", "application/json")
                .POST(BodyPublishers.noBody())
                .build());
        drained.accept(answer.headers().firstValue("coil-drained").orElse(null));
        if (answer.statusCode() == 204) {
            return null;
        }
        if (answer.statusCode() != 200) {
            throw new IOException(error(answer));
        }
        try {
            return Codec.read(Task.class, answer.body().getBytes(StandardCharsets.UTF_8));
        } catch (UnreadableRecord e) {
            throw new IOException("what the node hands out is not readable here: " + e.getMessage(), e);
        }
    }

    /** The task goes on. */
    void heartbeat(String claim) throws IOException, InterruptedException, ClaimLost {
        held(known(claim(claim, "/log").PUT(BodyPublishers.noBody()).build()));
    }

    /** Sends a part of a log. What the node does not keep any more, as it has enough, is as good as kept. */
    void log(String claim, LogChunk chunk) throws IOException, InterruptedException, ClaimLost {
        long end = chunk.offset() + chunk.bytes().length;
        var answer = known(claim(claim, "/log")
                .header("content-range", "bytes " + chunk.offset() + '-' + (end - 1) + "/*")
                .header("coil-stream", Integer.toString(chunk.stream()))
                .header("coil-at", Long.toString(chunk.at()))
                .PUT(BodyPublishers.ofByteArray(chunk.bytes()))
                .build());
        if (answer.statusCode() == 416 || answer.statusCode() == 413) {
            long kept = answer.headers()
                    .firstValue("content-range")
                    .map(range -> Long.parseLong(range.substring(range.indexOf('/') + 1)))
                    .orElse(Long.MAX_VALUE);
            if (kept < end) {
                throw new IOException("the log is kept up to " + kept + ", and this part ends at " + end);
            }
            return;
        }
        held(answer);
    }

    /** Returns when the node has the result. */
    void result(String claim, AttemptResult result) throws IOException, InterruptedException, ClaimLost {
        held(known(claim(claim, "/result")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofByteArray(Codec.write(AttemptResult.class, result)))
                .build()));
    }

    void giveBack(String claim, String reason) throws IOException, InterruptedException, ClaimLost {
        var query = "?reason=" + URLEncoder.encode(reason, StandardCharsets.UTF_8);
        held(known(claim(claim, query).DELETE().build()));
    }

    void leave() throws IOException, InterruptedException {
        sent(request("").DELETE().build());
    }

    /** Ends the session of a process that is gone, and those of its claims that the node still takes for its own. */
    void endFormer(SessionNote.Former former, AttemptResult result) throws IOException, InterruptedException {
        for (var claim : former.claims()) {
            // What is refused has come to another end.
            sent(ofFormer(former, "/claims/" + claim + "/result")
                    .header("content-type", "application/json")
                    .POST(BodyPublishers.ofByteArray(Codec.write(AttemptResult.class, result)))
                    .build());
        }
        sent(ofFormer(former, "").DELETE().build());
    }

    private HttpRequest.Builder ofFormer(SessionNote.Former former, String path) {
        return address().request(SESSIONS + former.session() + path).timeout(ANSWER);
    }

    private HttpRequest.Builder claim(String claim, String path) {
        return request("/claims/" + claim + path);
    }

    private HttpRequest.Builder request(String path) {
        return address().request(base + path).timeout(ANSWER);
    }

    private static void held(HttpResponse<String> answer) throws IOException, ClaimLost {
        if (answer.statusCode() == 409) {
            throw new ClaimLost(error(answer));
        }
        if (answer.statusCode() >= 300) {
            throw new Refusal(error(answer));
        }
    }

    /** The node does not know the worker's key, or not any more. */
    static final class ShutOut extends IOException {
        ShutOut(String message) {
            super(message);
        }
    }

    /** The node will not take it, however often it is sent. */
    static final class Refusal extends IOException {
        Refusal(String message) {
            super(message);
        }
    }

    /** A node that was started again, or another one, has to be told of the worker first. */
    private HttpResponse<String> known(HttpRequest request) throws IOException, InterruptedException {
        if (moved) {
            // A node that it was with before may have heard less of its tasks than the one that it comes from.
            announce();
            moved = false;
        }
        var answer = sent(request);
        if (answer.statusCode() != 404) {
            return answer;
        }
        announce();
        answer = sent(request);
        if (answer.statusCode() == 404) {
            throw new IOException(error(answer));
        }
        return answer;
    }

    private HttpResponse<String> sent(HttpRequest request) throws IOException, InterruptedException {
        var answer = answered(request);
        gateways.learn(answer.headers().allValues("coil-gateway"));
        answer.headers().firstValue("date").flatMap(NodeApi::time).ifPresent(time -> {
            clockAhead = time - System.currentTimeMillis();
        });
        if (answer.statusCode() >= 500) {
            throw new IOException(error(answer));
        }
        if (answer.statusCode() == 401) {
            shutOut.complete(error(answer));
            throw new ShutOut(error(answer));
        }
        return answer;
    }

    private HttpResponse<String> answered(HttpRequest request) throws IOException, InterruptedException {
        try {
            return Connections.client().send(request, BodyHandlers.ofString());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            // With a node that only answers badly the worker stays: that one still counts on it.
            goElsewhere(request);
            throw e;
        }
    }

    private void goElsewhere(HttpRequest request) {
        var silent = gateways.current();
        if (request.uri().toString().startsWith(silent + "/") && gateways.leave(silent)) {
            moved = true;
            log.info("{} cannot be reached: goes on through {}", silent, gateways.current());
        }
    }

    /** Of a {@code Date} (RFC 9110, section 6.6.1), to the second. */
    private static Optional<Long> time(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String error(HttpResponse<String> answer) {
        try {
            JsonNode json = Codec.MAPPER.readTree(answer.body());
            return json.path("error").asText("the node answered " + answer.statusCode());
        } catch (IOException noJson) {
            return "the node answered " + answer.statusCode();
        }
    }
}
