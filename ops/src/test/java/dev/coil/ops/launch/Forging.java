package dev.coil.ops.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.ops.client.NodeClient;
import dev.coil.protocol.codec.Codec;
import dev.coil.viewer.forge.FakeForge;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;

/** A repository as a forge has it, and what the forge sends when somebody pushes to it. */
final class Forging {

    static final String SECRET = "the-secret-of-the-webhook";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NOTHING = "0".repeat(40);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path repository;
    private final URI node;

    Forging(Path repository, URI node) throws Exception {
        this.repository = Files.createDirectories(repository);
        this.node = node;
        git("init", "--quiet", "--initial-branch=main", ".");
    }

    Path repository() {
        return repository;
    }

    String git(String... arguments) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(List.of(
                "git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgSign=false"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(repository.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }

    /** Commits this text as the graph and gives the commit's id. */
    String commit(String graph, String message) throws IOException, InterruptedException {
        Files.writeString(repository.resolve(".coil.yml"), graph);
        git("add", "-A");
        git("commit", "--quiet", "--allow-empty", "-m", message);
        return git("rev-parse", "HEAD");
    }

    /** Sets the project {@code mylang} up to be of this repository. */
    void setUp(String kind) {
        setUp(new NodeClient(node), "mylang", kind, "never");
    }

    /** Sets the project {@code mylang} up so that its forge is told. */
    void setUp(FakeForge told) {
        new NodeClient(node)
                .setProject(
                        "mylang",
                        Map.of(
                                "repository",
                                repository.toString(),
                                "forge",
                                Map.of(
                                        "kind",
                                        told.repository().kind().text(),
                                        "api",
                                        told.api().toString(),
                                        "path",
                                        FakeForge.PATH),
                                "webhookSecret",
                                SECRET,
                                "token",
                                FakeForge.TOKEN));
    }

    void setUp(NodeClient client, String project, String kind, String forks) {
        client.setProject(
                project,
                Map.of(
                        "repository",
                        repository.toString(),
                        "forge",
                        Map.of("kind", kind, "api", "http://127.0.0.1:9", "path", FakeForge.PATH),
                        "webhookSecret",
                        SECRET,
                        "forks",
                        forks));
    }

    static String githubPush(String ref, String before, String after) {
        return json(Map.of(
                "ref",
                ref,
                "before",
                before.isEmpty() ? NOTHING : before,
                "after",
                after.isEmpty() ? NOTHING : after,
                "deleted",
                after.isEmpty(),
                "repository",
                Map.of("full_name", FakeForge.PATH, "default_branch", "main"),
                "pusher",
                Map.of("name", "ada")));
    }

    static String githubPullRequest(String action, int number, String head, String from) {
        return json(Map.of(
                "action",
                action,
                "number",
                number,
                "pull_request",
                Map.of(
                        "head",
                        Map.of("sha", head, "label", "ada:change", "ref", "change", "repo", Map.of("full_name", from)),
                        "base",
                        Map.of("ref", "main", "sha", head)),
                "repository",
                Map.of("full_name", FakeForge.PATH),
                "sender",
                Map.of("login", "bob")));
    }

    static String json(Object value) {
        try {
            return Codec.MAPPER.writeValueAsString(value);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sign(String body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Delivers something as GitHub does. */
    HttpResponse<String> github(String event, String body) throws Exception {
        return deliver(
                "mylang",
                body,
                Map.of(
                        "X-GitHub-Event",
                        event,
                        "X-GitHub-Delivery",
                        UUID.randomUUID().toString(),
                        "X-Hub-Signature-256",
                        "sha256=" + sign(body)));
    }

    HttpResponse<String> deliver(String project, String body, Map<String, String> headers) throws Exception {
        var all = new LinkedHashMap<>(headers);
        all.putIfAbsent("Content-Type", "application/json");
        var request = HttpRequest.newBuilder(node.resolve("/hooks/" + project))
                .POST(BodyPublishers.ofString(body))
                .timeout(PATIENCE);
        all.forEach(request::header);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Waits until the last change of the project is settled. */
    JsonNode settled(String commit) {
        return settled("mylang", commit);
    }

    JsonNode settled(String project, String commit) {
        var client = new NodeClient(node);
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> {
                            for (var change : client.project(project).path("changes")) {
                                if (change.path("commit").asText().equals(commit)) {
                                    return change;
                                }
                            }
                            return Codec.MAPPER.missingNode();
                        },
                        change -> !change.isMissingNode()
                                && !change.path("state").asText().equals("pending"));
    }
}
