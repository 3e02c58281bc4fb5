package dev.coil.ops.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client of one node. Every method waits for the answer and throws {@link RequestRefused} if the node refuses, {@link
 * NodeUnreachable} if it does not answer. For several threads.
 */
public final class NodeClient {

    /** How long a run may be made and not shown. */
    private static final Duration SHOWN = Duration.ofSeconds(60);

    private static final Duration SHOWN_POLL = Duration.ofMillis(20);

    /** Longer than a gateway takes for a run of the most tasks. */
    private static final Duration SUBMISSION = Duration.ofSeconds(150);

    private final NodeHttp http;

    /** @param node the base URL, with or without a slash at its end */
    public NodeClient(URI node) {
        this(node, null);
    }

    /**
     * A client of a node that lets in only who has a key.
     *
     * @param node the base URL, with or without a slash at its end
     * @param key {@code null} for none
     */
    public NodeClient(URI node, @Nullable String key) {
        http = new NodeHttp(URI.create(node.toString().replaceAll("/+$", "")), key);
    }

    /** What the node is shown; {@code null} for nothing. */
    public @Nullable String key() {
        return http.key();
    }

    /** Makes a token and gives the answer, which has it as {@code token}. */
    public JsonNode createToken(Map<String, Object> token) {
        return http.json(http.post("/api/v1/access/tokens", token));
    }

    /** {@code tokens} or {@code keys}, each with an array of that name. */
    public JsonNode access(String kind) {
        return http.json(http.get("/api/v1/access/" + kind));
    }

    /** Removes one of {@code tokens} or {@code keys}. */
    public void removeAccess(String kind, String id) {
        http.delete("/api/v1/access/" + kind + "/" + NodeHttp.encode(id));
    }

    /** Makes a key of a token, and gives whose it is. */
    public JsonNode enrol(String token, String newKey, String name) {
        return http.json(http.post("/api/v1/access/enrol", Map.of("token", token, "key", newKey, "name", name)));
    }

    /** {@code {"projects": [{"project", "repository", …}…]}}: those that are set up, by name. */
    public JsonNode projects() {
        return http.json(http.get("/api/v1/projects"));
    }

    /** What a project is set up with, and its last changes; {@code null} if it is not. */
    public @Nullable JsonNode project(String project) {
        try {
            return http.json(http.get(settings(project)));
        } catch (RequestRefused e) {
            if (e.status() == 404) {
                return null;
            }
            throw e;
        }
    }

    /** Changes what a project is set up with, and gives what that is now. */
    public JsonNode setProject(String project, Map<String, Object> settings) {
        return http.json(http.post(settings(project), settings));
    }

    /** Sets a project up no longer. */
    public void removeProject(String project) {
        http.delete(settings(project));
    }

    /** Lets a commit run that comes from elsewhere. */
    public JsonNode approve(String project, String change) {
        return http.json(http.post(
                "/api/v1/projects/" + NodeHttp.encode(project) + "/changes/" + NodeHttp.encode(change) + "/approve",
                Map.of()));
    }

    private static String settings(String project) {
        return "/api/v1/projects/" + NodeHttp.encode(project) + "/settings";
    }

    /** Who the node takes the caller for. */
    public JsonNode me() {
        return http.json(http.get("/api/v1/access/me"));
    }

    /** The base URL, without a slash at its end. */
    public URI node() {
        return http.node();
    }

    public JsonNode nodeInfo() {
        return http.json(http.get("/api/v1/node"));
    }

    /** {@code {"runs": [RunSummary…]}}, newest first. */
    public JsonNode runs(int limit) {
        return http.json(http.get("/api/v1/runs?limit=" + limit));
    }

    /** Whether a project has any. */
    public boolean hasRuns(String project) {
        return http.json(http.get("/api/v1/runs?project=" + NodeHttp.encode(project) + "&limit=1"))
                        .path("runs")
                        .size()
                > 0;
    }

    /** Whether there is a run of that name. */
    public boolean hasRun(String run) {
        try {
            http.json(http.get("/api/v1/runs/" + NodeHttp.encode(run) + "/tasks/0"));
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
        return http.read(
                http.get("/api/v1/runs/" + NodeHttp.encode(run)), body -> Json.MAPPER.readValue(body, Run.class));
    }

    /**
     * The run as the node writes it: of 100,000 tasks, the text alone is large enough.
     *
     * @param run {@code project#17}, {@code #17}, {@code latest}, or an id or its prefix
     */
    public byte[] runDocument(String run) {
        return http.read(http.get("/api/v1/runs/" + NodeHttp.encode(run)), InputStream::readAllBytes);
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
            throw http.interrupted(e);
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
        return Json.read(http.json(http.post("/api/v1/runs", request, SUBMISSION)), Submitted.class);
    }

    /** @param task the index of the one task to cancel; {@code null} for the whole run */
    public void cancel(RunSummary run, @Nullable Integer task, String reason) {
        var body = JsonNodeFactory.instance.objectNode().put("reason", reason);
        if (task != null) {
            body.put("task", task);
        }
        http.json(http.post(path(run) + "/cancel", body));
    }

    /**
     * Cancels all runs of a ref that have not finished.
     *
     * @return {@code {"project": …, "runs": […]}}
     */
    public JsonNode cancelRef(String project, String ref, String reason) {
        var body = JsonNodeFactory.instance.objectNode().put("ref", ref).put("reason", reason);
        return http.json(http.post("/api/v1/projects/" + NodeHttp.encode(project) + "/cancel", body));
    }

    /**
     * Starts nothing new of something.
     *
     * @param kind {@code requirement}, {@code project} or {@code worker}
     * @param length after how long it ends by itself; {@code null} for never
     * @param quarantine whether a worker is to give back what it runs
     * @return {@code {"kind": …, "name": …}} in normal spelling
     */
    public JsonNode pause(
            String kind, String name, String reason, String by, @Nullable Duration length, boolean quarantine) {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put(kind, name)
                .put("reason", reason)
                .put("by", by);
        if (length != null) {
            body.put("seconds", length.toSeconds());
        }
        if (quarantine) {
            body.put("quarantine", true);
        }
        return http.json(http.post("/api/v1/pauses", body));
    }

    /** Ends a pause. */
    public JsonNode resume(String kind, String name, String by) {
        var body = JsonNodeFactory.instance.objectNode().put(kind, name).put("by", by);
        return http.json(http.post("/api/v1/pauses/resume", body));
    }

    /** {@code {"pauses": […]}} */
    public JsonNode pausesJson() {
        return http.json(http.get("/api/v1/pauses"));
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
        http.json(http.post(path(run) + "/retry", body));
    }

    /** {@code {"workers": […]}} */
    public JsonNode workersJson() {
        return http.json(http.get("/api/v1/workers"));
    }

    public static List<WorkerStatus> workers(JsonNode workers) {
        return List.of(Json.read(workers.path("workers"), WorkerStatus[].class));
    }

    /** Follows a run; the first event is a snapshot. */
    public RunStream follow(RunSummary run) {
        var request = http.request("/api/v1/runs/" + NodeHttp.encode(run.name()) + "/stream")
                .header("Accept", "text/event-stream")
                .build();
        return new RunStream(http, http.stream(request));
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
        var request = http.request(query.isEmpty() ? path : path + '?' + String.join("&", query));
        if (from > 0) {
            request.header("Range", "bytes=" + from + '-');
        }
        return http.stream(request.build());
    }

    /** The lines of an attempt's log that say why it failed; none if the node is too old to know of such. */
    public ErrorLines errors(RunSummary run, int task, int attempt) {
        try {
            return Json.read(http.json(http.get(logPath(run, task, attempt) + "/errors")), ErrorLines.class);
        } catch (RequestRefused e) {
            if (e.status() == 404) {
                return ErrorLines.NONE;
            }
            throw e;
        }
    }

    /** Why a task waits, as the node writes it: a {@link Waiting}. */
    public JsonNode why(RunSummary run, int task) {
        return http.json(http.get("/api/v1/runs/" + NodeHttp.encode(run.name()) + "/tasks/" + task + "/why"));
    }

    /** The reasons that a document of {@link #why} gives. */
    public static Waiting waiting(JsonNode document) {
        return Json.read(document, Waiting.class);
    }

    private static String logPath(RunSummary run, int task, int attempt) {
        return "/api/v1/runs/" + NodeHttp.encode(run.name()) + "/tasks/" + task + "/attempts/" + attempt + "/log";
    }

    /** Opens a blob. The caller checks that the bytes are what the digest says. */
    public InputStream blob(String sha256) {
        return http.stream(http.request("/api/v1/blobs/" + sha256).build());
    }

    /** Stores a file under the SHA-256 of its content, unless it is there. */
    public void putBlob(Path file, String sha256) {
        var path = "/api/v1/blobs/" + sha256;
        if (!http.isThere(path)) {
            http.put(path, file);
        }
    }

    private static String path(RunSummary run) {
        return "/api/v1/projects/" + NodeHttp.encode(run.project()) + "/runs/" + run.number();
    }
}
