package dev.coil.ops.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.coil.protocol.graph.Problem;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of one node. Every method waits for the answer and throws {@link RequestRefused} if the node refuses, {@link
 * NodeUnreachable} if it does not answer. For several threads.
 */
public final class NodeClient {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longer than a gateway waits for the scheduler before it gives up itself. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    /** How long a run may be made and not shown. */
    private static final Duration SHOWN = Duration.ofSeconds(60);

    private static final Duration SHOWN_POLL = Duration.ofMillis(20);

    /** Longer than a gateway takes for a run of the most tasks. */
    private static final Duration SUBMISSION = Duration.ofSeconds(150);

    private final URI node;
    private final HttpClient http;

    /** @param node the base URL, with or without a slash at its end */
    public NodeClient(URI node) {
        this.node = URI.create(node.toString().replaceAll("/+$", ""));
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    /** The base URL, without a slash at its end. */
    public URI node() {
        return node;
    }

    public JsonNode nodeInfo() {
        return json(get("/api/v1/node"));
    }

    /** {@code {"runs": [RunSummary…]}}, newest first. */
    public JsonNode runs(int limit) {
        return json(get("/api/v1/runs?limit=" + limit));
    }

    /** Whether a project has any. */
    public boolean hasRuns(String project) {
        return json(get("/api/v1/runs?project=" + encode(project) + "&limit=1"))
                        .path("runs")
                        .size()
                > 0;
    }

    /** Whether there is a run of that name. */
    public boolean hasRun(String run) {
        try {
            json(get("/api/v1/runs/" + encode(run) + "/tasks/0"));
            return true;
        } catch (RequestRefused e) {
            if (e.status() == 404) {
                return false;
            }
            throw e;
        }
    }

    /** @param run {@code project#17}, {@code #17}, {@code latest}, or an id or its prefix */
    public Run run(String run) {
        return read(get("/api/v1/runs/" + encode(run)), body -> Json.MAPPER.readValue(body, Run.class));
    }

    /**
     * The run as the node writes it: of 100,000 tasks, the text alone is large enough.
     *
     * @param run {@code project#17}, {@code #17}, {@code latest}, or an id or its prefix
     */
    public byte[] runDocument(String run) {
        return read(get("/api/v1/runs/" + encode(run)), InputStream::readAllBytes);
    }

    /** A run that was just submitted. */
    public Run run(Submitted submitted) {
        awaitShown(submitted);
        return run(submitted.name());
    }

    /**
     * Waits until a run that was just submitted is shown: it is made before those who show runs have heard of it.
     *
     * @return whether it is; if not, it will be later
     */
    public boolean awaitShown(Submitted submitted) {
        long end = System.nanoTime() + SHOWN.toNanos();
        while (!hasRun(submitted.name())) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    /** Waits until it is seen that a run was retried: those who show runs hear of it a moment later. */
    public void awaitRetried(Run before) {
        long end = System.nanoTime() + SHOWN.toNanos();
        while (System.nanoTime() - end < 0 && run(before.summary().name()).equals(before)) {
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(SHOWN_POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeUnreachable(node, "interrupted while waiting for " + node, e);
        }
    }

    /** The runs of {@link #runs} as records. */
    public static List<RunSummary> summaries(JsonNode runs) {
        return List.of(Json.read(runs.path("runs"), RunSummary[].class));
    }

    /** The run that a document is of. */
    public static Run run(byte[] document) {
        return Json.read(document, Run.class);
    }

    /** Makes a run of a graph; the same again for the same id. */
    public Submitted submit(SubmitRequest request) {
        return Json.read(json(post("/api/v1/runs", request, SUBMISSION)), Submitted.class);
    }

    /** @param task the index of the one task to cancel; {@code null} for the whole run */
    public void cancel(RunSummary run, @Nullable Integer task, String reason) {
        var body = JsonNodeFactory.instance.objectNode().put("reason", reason);
        if (task != null) {
            body.put("task", task);
        }
        json(post(path(run) + "/cancel", body));
    }

    /**
     * Cancels all runs of a ref that have not finished.
     *
     * @return {@code {"project": …, "runs": […]}}
     */
    public JsonNode cancelRef(String project, String ref, String reason) {
        var body = JsonNodeFactory.instance.objectNode().put("ref", ref).put("reason", reason);
        return json(post("/api/v1/projects/" + encode(project) + "/cancel", body));
    }

    /**
     * Starts nothing new of something.
     *
     * @param kind {@code requirement}, {@code project} or {@code worker}
     * @return {@code {"kind": …, "name": …}} in normal spelling
     */
    public JsonNode pause(String kind, String name, String reason, String by) {
        var body = JsonNodeFactory.instance.objectNode().put(kind, name).put("reason", reason);
        return json(post("/api/v1/pauses", body.put("by", by)));
    }

    /** Ends a pause. */
    public JsonNode resume(String kind, String name, String by) {
        var body = JsonNodeFactory.instance.objectNode().put(kind, name).put("by", by);
        return json(post("/api/v1/pauses/resume", body));
    }

    /** {@code {"pauses": […]}} */
    public JsonNode pausesJson() {
        return json(get("/api/v1/pauses"));
    }

    public static List<PauseStatus> pauses(JsonNode pauses) {
        return List.of(Json.read(pauses.path("pauses"), PauseStatus[].class));
    }

    /**
     * Runs ended tasks again.
     *
     * @param task the index of the one task to run again; {@code null} for all that did not succeed
     * @param dependents with one task, whether all that depends on it runs again too
     */
    public void retry(RunSummary run, @Nullable Integer task, boolean dependents) {
        var body = JsonNodeFactory.instance.objectNode();
        if (task != null) {
            body.put("task", task);
        }
        if (dependents) {
            body.put("dependents", true);
        }
        json(post(path(run) + "/retry", body));
    }

    /** {@code {"workers": […]}} */
    public JsonNode workersJson() {
        return json(get("/api/v1/workers"));
    }

    public static List<WorkerStatus> workers(JsonNode workers) {
        return List.of(Json.read(workers.path("workers"), WorkerStatus[].class));
    }

    /** Follows a run; the first event is a snapshot. */
    public RunStream follow(RunSummary run) {
        var request = request("/api/v1/runs/" + encode(run.name()) + "/stream")
                .header("Accept", "text/event-stream")
                .build();
        return new RunStream(this, stream(request));
    }

    /**
     * Opens the log of an attempt.
     *
     * @param follow whether to wait for the rest of a running attempt's
     * @param from the first byte that is wanted
     * @param asJson whether to give it as JSON lines with times and streams; then {@code from} is 0
     */
    public InputStream log(RunSummary run, int task, int attempt, boolean follow, long from, boolean asJson) {
        var query = new ArrayList<String>();
        if (follow) {
            query.add("follow=true");
        }
        if (asJson) {
            query.add("format=jsonl");
        }
        var path = logPath(run, task, attempt);
        var request = request(query.isEmpty() ? path : path + '?' + String.join("&", query));
        if (from > 0) {
            request.header("Range", "bytes=" + from + '-');
        }
        return stream(request.build());
    }

    /** The lines of an attempt's log that say why it failed; none if the node is too old to know of such. */
    public ErrorLines errors(RunSummary run, int task, int attempt) {
        try {
            return Json.read(json(get(logPath(run, task, attempt) + "/errors")), ErrorLines.class);
        } catch (RequestRefused e) {
            if (e.status() == 404) {
                return ErrorLines.NONE;
            }
            throw e;
        }
    }

    /** Why a task waits, as the node writes it: a {@link Waiting}. */
    public JsonNode why(RunSummary run, int task) {
        return json(get("/api/v1/runs/" + encode(run.name()) + "/tasks/" + task + "/why"));
    }

    /** The reasons that a document of {@link #why} gives. */
    public static Waiting waiting(JsonNode document) {
        return Json.read(document, Waiting.class);
    }

    private static String logPath(RunSummary run, int task, int attempt) {
        return "/api/v1/runs/" + encode(run.name()) + "/tasks/" + task + "/attempts/" + attempt + "/log";
    }

    /** Opens a blob. The caller checks that the bytes are what the digest says. */
    public InputStream blob(String sha256) {
        return stream(request("/api/v1/blobs/" + sha256).build());
    }

    /** Stores a file under the SHA-256 of its content, unless it is there. */
    public void putBlob(Path file, String sha256) {
        var path = "/api/v1/blobs/" + sha256;
        try {
            var head = request(path).timeout(ANSWER).method("HEAD", HttpRequest.BodyPublishers.noBody());
            if (http.send(head.build(), HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
                json(request(path).PUT(HttpRequest.BodyPublishers.ofFile(file)).build());
            }
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeUnreachable(node, "interrupted while waiting for " + node, e);
        }
    }

    private static String path(RunSummary run) {
        return "/api/v1/projects/" + encode(run.project()) + "/runs/" + run.number();
    }

    private HttpRequest get(String path) {
        return request(path).timeout(ANSWER).build();
    }

    private HttpRequest post(String path, Object body) {
        return post(path, body, ANSWER);
    }

    private HttpRequest post(String path, Object body, Duration patience) {
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

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(node + path));
    }

    private JsonNode json(HttpRequest request) {
        return read(request, Json.MAPPER::readTree);
    }

    /** How an answer is read. */
    @FunctionalInterface
    private interface Reading<T> {
        T read(InputStream body) throws IOException;
    }

    private <T> T read(HttpRequest request, Reading<T> reading) {
        try (var body = stream(request)) {
            return reading.read(body);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private InputStream stream(HttpRequest request) {
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() >= 300) {
                throw refused(response);
            }
            return response.body();
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeUnreachable(node, "interrupted while waiting for " + node, e);
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
        if (e instanceof HttpTimeoutException) {
            return new NodeUnreachable(node, "the node at " + node + " did not answer in time", e);
        }
        var detail = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new NodeUnreachable(node, "the connection to " + node + " broke: " + detail, e);
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
