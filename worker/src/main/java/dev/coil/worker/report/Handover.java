package dev.coil.worker.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.graph.Action.Generates;
import dev.coil.protocol.graph.AttemptResult.Generated;
import dev.coil.protocol.graph.Problem;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.blob.Connections;
import dev.coil.worker.blob.Eyes;
import dev.coil.worker.blob.Node;
import dev.coil.worker.blob.Retries;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.fetch.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands in the file of further tasks that a task wrote. The node stages them under the task's claim; they become tasks of the run with
 * the result that names what this returns. To hand the same in again does no harm.
 */
public final class Handover {

    /** More than the node takes for the largest file; it tells itself when it cannot do it. */
    private static final Duration ANSWER = Duration.ofMinutes(3);

    private static final long LARGEST = 64 << 20;

    private final Node node;
    private final Retries retries;
    private final Eyes eyes;

    /** @param eyes that read the file */
    public Handover(Node node, Retries retries, Eyes eyes) {
        this.node = node;
        this.retries = retries;
        this.eyes = eyes;
    }

    private record Body(int attempt, ClaimId claim, String name, Generates generates, String text) {}

    /**
     * @throws TaskFault if there is no such file, or it cannot be what it should be
     * @throws InfraTrouble if the node does not take it
     */
    public Generated handIn(ReadyTask task, ClaimId claim, Generates generates, Workspace workspace, AttemptLog log)
            throws TaskFault, InfraTrouble, InterruptedException {
        var text = read(generates, workspace);
        var body = new Body(task.attempt(), claim, task.name(), generates, text);
        var what = "cannot hand in " + generates.file();
        var answer = retries.run(what, () -> send(task, body));
        var json = tree(answer.body());
        if (answer.statusCode() == 200) {
            problems(json.path("warnings")).forEach(warning -> log.say("coil: warning: " + warning));
            int tasks = json.path("tasks").asInt();
            log.say("coil: " + generates.file() + " adds " + tasks + (tasks == 1 ? " task" : " tasks")
                    + " to the run, if this one succeeds");
            return new Generated(tasks, json.path("sha256").asText());
        }
        var error = json.path("error").asText("the node answered " + answer.statusCode());
        if (answer.statusCode() == 400 || answer.statusCode() == 413) {
            var problems = problems(json.path("problems"));
            if (problems.size() > 1) {
                problems.forEach(problem -> log.say("coil: " + problem));
            }
            throw new TaskFault(error);
        }
        throw new InfraTrouble(what + ": " + error);
    }

    private String read(Generates generates, Workspace workspace) throws TaskFault, InfraTrouble {
        var use = "generates";
        try {
            var file = workspace.inside(use, generates.file());
            if (!Files.isRegularFile(file)) {
                throw new TaskFault(use + ": " + generates.file()
                        + (Files.exists(file) ? " is no file" : " does not exist: the script has to write it"));
            }
            if (Files.size(file) > LARGEST) {
                throw new TaskFault(use + ": " + generates.file() + " has " + Files.size(file)
                        + " bytes, and at most 64 MiB are read");
            }
            return text(generates, file);
        } catch (IOException e) {
            throw new TaskFault(use + ": " + generates.file() + " cannot be read: " + e.getMessage());
        }
    }

    private String text(Generates generates, Path file) throws IOException, TaskFault {
        var bytes = new ByteArrayOutputStream();
        try (var contents = eyes.contents(List.of(file))) {
            contents.copyNext(Files.size(file), bytes);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TaskFault("generates: " + generates.file() + " is no text in UTF-8");
        }
    }

    private HttpResponse<String> send(ReadyTask task, Body body)
            throws IOException, InfraTrouble, InterruptedException {
        var request = node.address()
                .request(path(task))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Codec.MAPPER.writeValueAsBytes(body)))
                .timeout(ANSWER)
                .build();
        HttpResponse<String> answer;
        try {
            answer = Connections.client().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IOException(
                    "no answer from " + request.uri() + " (" + e.getClass().getSimpleName() + ")", e);
        }
        if (answer.statusCode() >= 500) {
            throw new IOException(
                    tree(answer.body()).path("error").asText(request.uri() + " answered " + answer.statusCode()));
        }
        return answer;
    }

    private static String path(ReadyTask task) {
        var project = URLEncoder.encode(task.project(), StandardCharsets.UTF_8);
        return "/api/v1/projects/" + project + "/runs/" + task.run() + "/tasks/" + task.task() + "/generated";
    }

    private static JsonNode tree(String body) {
        try {
            return Codec.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            return Codec.MAPPER.createObjectNode();
        }
    }

    private static List<Problem> problems(JsonNode json) {
        var problems = new ArrayList<Problem>();
        json.forEach(problem -> problems.add(Codec.MAPPER.convertValue(problem, Problem.class)));
        return problems;
    }
}
