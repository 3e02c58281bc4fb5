package dev.coil.ops.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.node.Reach;
import dev.coil.protocol.access.Secret;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that lets in only who has a key, and those who try it without. */
class AccessTest {

    @TempDir
    private static Path home;

    private static final AtomicInteger NAMES = new AtomicInteger();

    private static EmbeddedNode node;
    private static Door nobody;
    private static Door operator;

    @BeforeAll
    static void start() throws Exception {
        node = EmbeddedNode.start(config());
        nobody = new Door(node.url(), "");
        operator = nobody.with(node.running().operatorKey(home));
    }

    /** Behind a proxy, as far as it knows. */
    private static NodeConfig config() {
        return NodeConfig.defaults(home)
                .withReach(new Reach("127.0.0.1", 0, null, false, URI.create("http://ci.example.org"), false));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void shouldKeepTheFirstKeyForItsOwner() throws Exception {
        var file = home.resolve("operator.key");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(operator.get("/api/v1/access/me").body()).contains("\"role\":\"operator\"");
    }

    @Test
    void shouldLetNobodyInWithoutAKey() throws Exception {
        for (var path : List.of("/api/v1/runs", "/api/v1/workers", "/api/v1/blobs/ab", "/api/v1/access/keys", "/")) {
            var answer = nobody.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(error(answer)).contains("coil login", "coil token create");
        }
        assertThat(nobody.post("/api/v1/runs", Map.of()).statusCode()).isEqualTo(401);
        assertThat(nobody.get("/git/p.git/info/refs?service=git-upload-pack").statusCode())
                .isEqualTo(401);
        assertThat(nobody.get("/api/v1/node").statusCode()).isEqualTo(200);
        assertThat(nobody.get("/worker.sh").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTellAWorkerWithoutATokenWhatItNeeds() throws Exception {
        var answer = nobody.send("PUT", "/api/v1/worker/sessions/0123456789abcdef", Map.of());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(error(answer)).contains("start this one with a token");
    }

    @Test
    void shouldSendABrowserToTheLogin() throws Exception {
        var answer = nobody.get("/runs/p/1?x=y", "Accept", "text/html");

        assertThat(answer.headers().firstValue("location")).contains("/login?to=%2Fruns%2Fp%2F1%3Fx%3Dy");
        assertThat(nobody.get("/login", "Accept", "text/html").body()).contains("Log in");
    }

    @Test
    void shouldKnowNoOtherKeys() throws Exception {
        assertThat(error(nobody.with(Secret.newKey().text()).get("/api/v1/runs")))
                .contains("not known here");
        assertThat(error(nobody.with("rubbish").get("/api/v1/runs"))).contains("not known here");
        assertThat(error(nobody.with(Secret.newToken().text()).get("/api/v1/runs")))
                .contains("that is a token");
        assertThat(nobody.get("/api/v1/runs", "Authorization", "Basic %%%").statusCode())
                .isEqualTo(401);
    }

    @Test
    void shouldTakeAKeyAsThePasswordOfBasicAsGitSendsIt() throws Exception {
        var pair = Base64.getEncoder().encodeToString(("anna:" + operator.key()).getBytes(StandardCharsets.US_ASCII));

        assertThat(nobody.get("/api/v1/runs", "Authorization", "Basic " + pair).statusCode())
                .isEqualTo(200);
        assertThat(nobody.get("/git/p.git/info/refs").headers().firstValue("www-authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Basic"));
        assertThat(nobody.get("/api/v1/runs").headers().firstValue("www-authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Bearer"));
    }

    @Test
    void shouldKeepEachRoleToItsOwn() throws Exception {
        var viewer = person("viewer");
        var submitter = person("submitter");

        assertThat(viewer.get("/api/v1/runs").statusCode()).isEqualTo(200);
        assertThat(error(viewer.post("/api/v1/runs", Map.of())))
                .contains("has the role viewer, and this needs submitter");
        assertThat(submitter.post("/api/v1/runs", Map.of()).statusCode()).isEqualTo(400);
        assertThat(submitter.post("/api/v1/pauses", Map.of()).statusCode()).isEqualTo(403);
        assertThat(submitter.post("/api/v1/access/tokens", Map.of()).statusCode())
                .isEqualTo(403);
        assertThat(submitter.get("/api/v1/access/keys").statusCode()).isEqualTo(403);
        assertThat(submitter
                        .send("PUT", "/api/v1/worker/sessions/0123456789abcdef", Map.of())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void shouldLetInOnceWithATokenEvenWhenTwoComeAtOnce() throws Exception {
        var token = operator.token(Map.of("role", "viewer"));
        var keys = List.of(
                Secret.newKey().text(), Secret.newKey().text(), Secret.newKey().text());

        var answers = keys.stream()
                .map(key -> CompletableFuture.supplyAsync(() -> status(token, key)))
                .toList();

        assertThat(answers.stream().map(CompletableFuture::join).toList()).containsExactlyInAnyOrder(200, 403, 403);
        long good = 0;
        for (var key : keys) {
            good += nobody.with(key).get("/api/v1/runs").statusCode() == 200 ? 1 : 0;
        }
        assertThat(good).isEqualTo(1);
    }

    private static int status(String token, String key) {
        try {
            return nobody.post("/api/v1/access/enrol", Map.of("token", token, "key", key, "name", "anna"))
                    .statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldLetAnEnrolmentBeSentAgain() throws Exception {
        var token = operator.token(Map.of("role", "viewer"));
        var key = Secret.newKey().text();

        assertThat(status(token, key)).isEqualTo(200);
        assertThat(status(token, key)).isEqualTo(200);
    }

    @Test
    void shouldLetKeysAndTokensExpire() throws Exception {
        var brief = person(Map.of("role", "viewer", "keyExpiresIn", 1));
        var token = operator.token(Map.of("role", "viewer", "expiresIn", 1));

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> brief.get("/api/v1/runs").statusCode() == 401);
        assertThat(error(brief.get("/api/v1/runs"))).contains("has expired");
        assertThat(status(token, Secret.newKey().text())).isEqualTo(403);
    }

    @Test
    void shouldShutOutWhoseKeyIsRemoved() throws Exception {
        var viewer = person("viewer");
        var id = Door.json(viewer.get("/api/v1/access/me")).path("id").asText();

        assertThat(operator.send("DELETE", "/api/v1/access/keys/" + id, null).statusCode())
                .isEqualTo(204);

        assertThat(viewer.get("/api/v1/runs").statusCode()).isEqualTo(401);
        assertThat(operator.send("DELETE", "/api/v1/access/keys/" + id, null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldNotShowSecretsInLists() throws Exception {
        var token = operator.token(Map.of("role", "viewer"));

        var lists = operator.get("/api/v1/access/tokens").body()
                + operator.get("/api/v1/access/keys").body();

        assertThat(lists).doesNotContain(token.substring(11), operator.key().substring(9), new Secret(token).digest());
    }

    @Test
    void shouldLogABrowserIn() throws Exception {
        var viewer = person("submitter");
        var answer = nobody.post("/api/v1/access/login", Map.of("key", viewer.key()));
        var cookie = answer.headers().firstValue("set-cookie").orElseThrow();

        assertThat(cookie).contains("HTTPOnly", "SameSite=Lax").doesNotContain(viewer.key());
        var value = cookie.substring(0, cookie.indexOf(';'));
        assertThat(nobody.get("/api/v1/runs", "Cookie", value).statusCode()).isEqualTo(200);
        assertThat(nobody.post("/api/v1/runs", Map.of(), "Cookie", value, "Origin", "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(nobody.post("/api/v1/runs", Map.of(), "Cookie", value).statusCode())
                .isEqualTo(403);
        var own = "http://" + node.url().getAuthority();
        assertThat(nobody.post("/api/v1/runs", Map.of(), "Cookie", value, "Origin", own)
                        .statusCode())
                .isEqualTo(400);
        var forged = value.substring(0, value.length() - 1) + (value.endsWith("0") ? "1" : "0");
        assertThat(nobody.get("/api/v1/runs", "Cookie", forged).statusCode()).isEqualTo(401);
        var prolonged = value.replaceFirst("\\.([0-9]+)\\.", ".9$1.");
        assertThat(nobody.get("/api/v1/runs", "Cookie", prolonged).statusCode()).isEqualTo(401);
    }

    @Test
    void shouldKeepAWorkerToWhatItWasEnrolledWith() throws Exception {
        var worker = worker("s390x", List.of("quiet"), Map.of("trust", "fleet"));

        assertThat(worker.announce("s390x", "quiet").statusCode()).isEqualTo(204);
        assertThat(worker.announce("s390x").statusCode()).isEqualTo(204);
        assertThat(error(worker.announce("x86_64"))).contains("enrolled with arch=s390x and says x86_64");
        assertThat(error(worker.announce("s390x", "release"))).contains("without label 'release'");
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        operator.get("/api/v1/workers").body())
                .contains("\"trust\":\"fleet\""));
        worker.leave();
    }

    @Test
    void shouldKeepAWorkerToItsSessionsAndName() throws Exception {
        var one = worker("s390x", List.of(), Map.of());
        var other = worker("s390x", List.of(), Map.of());
        one.announce("s390x");

        var stolen = new Machine(other.door(), one.session(), one.machine(), one.name());
        assertThat(error(stolen.announce("s390x"))).contains("this key is of worker '" + other.name());
        var intruder = new Machine(other.door(), one.session(), other.machine(), other.name());
        assertThat(error(intruder.announce("s390x"))).contains("this session is another worker's");
        assertThat(error(intruder.claim())).contains("this session is another worker's");
        assertThat(intruder.leave().statusCode()).isEqualTo(403);
        one.leave();
    }

    @Test
    void shouldKeepTheNamesOfWorkersApart() throws Exception {
        var first = worker("s390x", List.of(), Map.of());
        var token = operator.token(Map.of());

        var answer = enrol(token, Secret.newKey().text(), "0011223344556677", first.name(), "s390x", List.of());

        assertThat(error(answer)).contains("a worker with the name '" + first.name() + "' is enrolled already");
    }

    @Test
    void shouldShowAWorkerNothingButItsTasks() throws Exception {
        var worker = worker("s390x", List.of(), Map.of());

        assertThat(worker.door().get("/api/v1/runs").statusCode()).isEqualTo(403);
        assertThat(worker.door().get("/api/v1/access/keys").statusCode()).isEqualTo(403);
        assertThat(worker.door().post("/api/v1/runs", Map.of()).statusCode()).isEqualTo(403);
        assertThat(worker.door().get("/api/v1/blobs/" + "0".repeat(64)).statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldLetTheNodesOwnWorkerFetchWhatItNeeds() throws Exception {
        var graph =
                "name: own\ntasks: {a: {checkout: false, run: 'echo x > f', artifacts: {f: f}}, b: {checkout: false, needs: [a], download: {a.f: f}, run: 'grep x f'}}\n";

        var submitted = operator.post("/api/v1/runs", Map.of("project", "own", "graph", Map.of("text", graph)));

        assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(201);
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        operator.get("/api/v1/runs/own%231").body())
                .contains("\"state\":\"finished\",\"reason\":null,\"outcome\":\"success\""));
    }

    private static Door person(String role) throws Exception {
        return person(Map.of("role", role));
    }

    private static Door person(Map<String, Object> token) throws Exception {
        return nobody.enrolled(operator.token(token), "anna");
    }

    /** A worker that is enrolled, as it speaks. */
    private record Machine(Door door, String session, String machine, String name) {

        HttpResponse<String> announce(String arch, String... labels) throws Exception {
            return door.send(
                    "PUT", path(), hello(machine, name, arch, List.of(labels)), "content-type", "application/json");
        }

        HttpResponse<String> claim() throws Exception {
            return door.send("POST", path() + "/claim?wait=0", null);
        }

        HttpResponse<String> leave() throws Exception {
            return door.send("DELETE", path(), null);
        }

        private String path() {
            return "/api/v1/worker/sessions/" + session;
        }
    }

    private static Map<String, Object> hello(String machine, String name, String arch, List<String> labels) {
        return Map.of("worker", machine, "name", name, "facts", Map.of("os", "linux", "arch", arch), "labels", labels);
    }

    private static Machine worker(String arch, List<String> labels, Map<String, String> facts) throws Exception {
        var token = operator.token(Map.of("labels", labels, "facts", facts));
        var key = Secret.newKey().text();
        var machine = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        var name = "board" + NAMES.incrementAndGet();
        var answer = enrol(token, key, machine, name, arch, labels);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new Machine(nobody.with(key), UUID.randomUUID().toString().replace("-", ""), machine, name);
    }

    private static HttpResponse<String> enrol(
            String token, String key, String machine, String name, String arch, List<String> labels) throws Exception {
        return nobody.with(token)
                .post(
                        "/api/v1/worker/enrol",
                        hello(machine, name, arch, labels),
                        "coil-key",
                        key,
                        "content-type",
                        "application/json");
    }

    private static String error(HttpResponse<String> answer) throws Exception {
        return Door.json(answer).path("error").asText();
    }
}
