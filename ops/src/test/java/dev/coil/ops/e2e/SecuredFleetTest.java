package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.ops.access.SelfSigned;
import dev.coil.ops.worker.ShellWorker;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that other machines reach, with TLS, and who comes to it with a token: a person, a worker in Java, one in shell. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class SecuredFleetTest {

    /** Looks wherever a task might find what its worker shows to the node; says in which of those places it is. */
    private static final String SPY = """
            secret='coil_[kt][eo][yk]'
            env | grep -c "$secret" > found-env || true
            ps -A -ww -o args= | grep -c "$secret"'[en]*_' > found-ps || true
            cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c "$secret"'[en]*_[0-9a-f]' > found-cmdline || true
            cat found-env found-ps found-cmdline
            test "$(cat found-env found-ps found-cmdline | tr -d '\\n')" = 000
            """;

    @TempDir
    private Path directory;

    private Program operator;
    private Program maintainer;
    private URI url;
    private Path authority;

    @BeforeEach
    void start() throws Exception {
        var certificate = SelfSigned.make(directory);
        authority = certificate.certificate();
        int port = freePort();
        url = URI.create("https://localhost:" + port);
        operator = new Program(Files.createDirectories(directory.resolve("operator")));
        var node = operator.start(
                "up",
                "--port",
                Integer.toString(port),
                "--bind",
                "0.0.0.0",
                "--tls",
                certificate.both().toString(),
                "--no-worker");
        Awaitility.await()
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> operator.output(node).contains("the node is up") || !node.isAlive());
        assertThat(node.isAlive()).as(operator.output(node)).isTrue();
        maintainer = new Program(Files.createDirectories(directory.resolve("maintainer")))
                .with("COIL_URL", url.toString())
                .with("COIL_CA", authority.toString())
                .with("XDG_CONFIG_HOME", directory.resolve("config").toString());
    }

    @AfterEach
    void stop() throws Exception {
        maintainer.close();
        operator.close();
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private String token(String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("token", "create", "--json"));
        arguments.addAll(List.of(options));
        return operator.run(arguments.toArray(String[]::new))
                .json()
                .path("token")
                .asText();
    }

    @Test
    void shouldServeWhomATokenLetIn() throws Exception {
        assertThat(maintainer.run("list").stderr()).contains("needs a key with the role viewer");
        maintainer.with("COIL_TOKEN", token("--role", "submitter"));
        var login = maintainer.run("login", "--name", "anna");
        assertThat(login.stderr()).contains("you are anna with the role submitter");
        assertThat(maintainer.run("key", "ls").stderr()).contains("has the role submitter, and this needs operator");

        maintainer.with("COIL_TOKEN", token("--label", "jvm", "--fact", "trust=fleet"));
        var java = maintainer.start(
                "worker", "run", "--url", url.toString(), "--name", "java", "--label", "jvm", "--slots", "1");
        var environment =
                Map.of("COIL_CA", authority.toString(), "COIL_TOKEN", token("--label", "sh", "--name", "shell"));
        try (var shell = ShellWorker.start("dash", url, directory.resolve("shell"), environment, "--label", "sh")) {
            passOnBoth();
            assertThat(operator.run("workers", "--json").stdout()).contains("\"trust\": \"fleet\"");

            shutOut("java");
            shutOut("shell");

            assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(java.exitValue()).isEqualTo(3);
            assertThat(maintainer.output(java))
                    .contains("stopped, and what ran was killed: this key is not known here");
            assertThat(shell.awaitEnd()).isEqualTo(1);
            assertThat(shell.said()).contains("stops: " + url + " answered 401: this key is not known here");
        }
    }

    /** Sources through git, artifacts from one to the other, and no secret where a task can find it. */
    private void passOnBoth() throws Exception {
        var repository = Files.createDirectories(directory.resolve("repository"));
        Files.writeString(repository.resolve("spy.sh"), SPY);
        Files.writeString(repository.resolve(".coil.yml"), """
                name: mylang
                tasks:
                  java: {runs-on: {labels: [jvm], trust: fleet}, run: sh -e ./spy.sh; echo j > out, artifacts: {out: out}}
                  shell: {runs-on: [sh], run: sh -e ./spy.sh; echo s > out, artifacts: {out: out}}
                  there: {runs-on: [sh], needs: [java], download: {java.out: got}, run: grep j got}
                  back: {runs-on: [jvm], needs: [shell], download: {shell.out: got}, run: grep s got}
                """);
        var git = new ProcessBuilder(
                        "sh",
                        "-ec",
                        "git init -q; git add -A; git -c user.name=t -c user.email=t@example.org commit -qm graph")
                .directory(repository.toFile())
                .inheritIO()
                .start();
        assertThat(git.waitFor()).isZero();

        var run = maintainer.run("submit", repository.toString(), "--watch");

        assertThat(run.exitCode())
                .as(run.stdout()
                        + run.stderr()
                        + maintainer.run("log", "latest", "--failed").stdout())
                .isZero();
        assertThat(run.stdout() + run.stderr()).contains("mylang#1 passed: 4 tasks");
    }

    private void shutOut(String name) throws Exception {
        var keys = operator.run("key", "ls", "--json").json().path("keys");
        for (JsonNode key : keys) {
            if (key.path("name").asText().equals(name)) {
                assertThat(operator.run("key", "rm", key.path("id").asText()).exitCode())
                        .isZero();
            }
        }
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> !operator.run("key", "ls").stdout().contains(" " + name + " "));
    }
}
