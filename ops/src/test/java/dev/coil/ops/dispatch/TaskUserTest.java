package dev.coil.ops.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.worker.ShellWorker;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.runner.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of a worker that root has started, as the user {@code nobody}: what they can do, and what they cannot get out. */
class TaskUserTest {

    private static final String SECRET = "what only root may read";

    /** {@code thief-…} tries to have the worker, which is root, read for it what it cannot read itself. */
    private static final String GRAPH = """
            defaults: {checkout: false, allow-failure: true}
            tasks:
              who:
                run: |
                  test "$(id -un)" = nobody && test "$(id -G)" = "$(id -g)"
                  echo x > file && echo x > "$HOME/file" && mkdir out && echo x > out/made
                  echo out > /dev/stdout && echo err > /dev/stderr
                artifacts: {out: out/, glob: "**/mad?", one: out/made}
              next:
                download: {who.out: got/, who.one: one}
                run: test "$(cat got/made one)" = "$(printf 'x\\nx')" && echo more >> one
              tree:
                run: mkdir -p a/b && echo x > a/b/file && ln file hard 2>/dev/null || ln a/b/file hard
              from:
                from: tree
                run: test -O a/b/file && cat hard && echo more >> a/b/file
              terminal:
                tty: true
                run: test -t 1 && test "$(id -un)" = nobody
              looks:
                run: |
                  for file in OWN/key OWN/worker-id OWN/session OWN/ran.log OWN/run.*/curl ROOTS /proc/$PPID/environ; do
                    if cat "$file" 2>/dev/null; then echo "could read $file"; exit 1; fi
                  done
                  for directory in OWN OWN/cache OWN/trash; do
                    if ls "$directory" 2>/dev/null; then echo "could look into $directory"; exit 1; fi
                  done
                  if { echo x > OWN/x; } 2>/dev/null; then exit 1; fi
                  kill -0 $PPID 2>/dev/null && exit 1 || exit 0
              locked:
                run: mkdir -p a/b/c && echo x > a/b/c/file && chmod 000 a/b/c a/b a && chmod 000 .
              killed:
                timeout: 3s
                run: |
                  trap '' TERM
                  setsid sleep 987654 &
                  sleep 987654
              thief-links:
                run: |
                  mkdir out && echo fine > out/fine && mkfifo out/pipe
                  ln -s OWN/key out/key && ln -s ROOTS out/roots && ln -s OWN out/own
                  ln OWN/key out/hard-key 2>/dev/null || ln ROOTS out/hard 2>/dev/null || echo no hard links
                artifacts: {out: out/, glob: "out/*"}
              thief-starts:
                working-directory: way
                from: way
                run: cat inner
              way:
                run: ln -s HIDDEN way
              thief-file:
                run: ln -s ROOTS stolen
                artifacts: {stolen: stolen}
              thief-directory:
                run: ln -s OWN stolen
                artifacts: {stolen: stolen/}
              thief-unreadable:
                run: mkdir out && echo x > out/file && chmod 000 out/file
                artifacts: {out: out/}
              thief-generates:
                generates: tasks.yml
                run: ln -s ROOTS tasks.yml
              thief-changes:
                run: |
                  mkdir out && echo fine > out/x
                  cat > flip <<'FLIP'
                  end=$(($(date +%s) + 12))
                  while [ "$(date +%s)" -lt "$end" ]; do
                    for i in 1 2 3 4 5 6 7 8 9; do
                      ln -s ROOTS l && mv l out/x; echo fine > f && mv f out/x
                      mv out/d d 2>/dev/null; ln -s OWN out/d; rm out/d; mkdir d 2>/dev/null; mv d out/d
                    done
                  done
                  FLIP
                  env -i "PATH=$PATH" setsid sh -c '(sh flip >/dev/null 2>&1 &) &'
                  sleep 1
                artifacts: {out: out/, one: out/x, glob: "out/*"}
            """;

    @TempDir
    private Path directory;

    private EmbeddedNode node;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "SKIPPED: only root can run tasks as another user; run this test as root");
        // Others shall come through to what is let open to them.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        var roots = Files.writeString(directory.resolve("roots"), SECRET + "\n");
        Files.setPosixFilePermissions(roots, PosixFilePermissions.fromString("rw-------"));
        // One that lets everybody read, behind one that lets nobody pass.
        Files.writeString(
                Files.createDirectories(directory.resolve("hidden/open")).resolve("inner"), SECRET + "\n");
        Files.setPosixFilePermissions(directory.resolve("hidden"), PosixFilePermissions.fromString("rwx------"));
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withoutWorker().withPort(0));
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    private static Limits limits(boolean sandbox) {
        var usual = Limits.STANDARD;
        return new Limits(
                usual.log(), usual.disk(), null, null, null, "nobody", sandbox, usual.caches(), usual.hours());
    }

    private dev.coil.worker.HttpWorker workerInJava(Path own, boolean sandbox) {
        return new dev.coil.worker.HttpWorker(new HttpWorkerConfig(
                node.url(), own, "java", 2, Set.of(), Map.of(), limits(sandbox), OwnerRules.NONE, null));
    }

    @Test
    void shouldBeThatOfTheTasksOfTheShellWorker() throws Exception {
        var own = directory.resolve("w/worker");
        plantKey(own);
        try (var worker =
                ShellWorker.start("dash", node.url(), directory.resolve("w"), "--slots", "2", "--user", "nobody")) {
            check(own);
            assertThat(worker.said()).doesNotContain("defect");
        }
        assertNothingIsLeft(own);
    }

    @Test
    void shouldBeThatOfTheTasksOfTheWorkerInJava() throws Exception {
        var own = directory.resolve("java");
        plantKey(own);
        try (var worker = workerInJava(own, false)) {
            worker.start();
            check(own);
        }
        assertNothingIsLeft(own);
    }

    @Test
    void shouldGoTogetherWithASandboxOfTheShellWorker() throws Exception {
        var own = directory.resolve("w/worker");
        plantKey(own);
        try (var worker = ShellWorker.start(
                "dash", node.url(), directory.resolve("w"), "--slots", "2", "--user", "nobody", "--sandbox")) {
            checkShutIn(own);
            assertThat(worker.said()).contains("sandbox=bubblewrap");
        }
    }

    @Test
    void shouldGoTogetherWithASandboxOfTheWorkerInJava() throws Exception {
        var own = directory.resolve("java");
        plantKey(own);
        try (var worker = workerInJava(own, true)) {
            worker.start();
            checkShutIn(own);
        }
    }

    @Test
    void shouldBeRefusedByTheShellWorkerWhereItCannotReachTheWorkspaces() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        try (var worker = ShellWorker.start("dash", node.url(), directory.resolve("w"), "--user", "nobody")) {
            assertThat(worker.awaitEnd()).isEqualTo(1);
            assertThat(worker.said()).contains("--user is nobody, who cannot pass through");
        }
    }

    @Test
    void shouldBeRefusedByTheWorkerInJavaWhereItCannotReachTheWorkspaces() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        try (var worker = workerInJava(directory.resolve("java"), false)) {
            assertThatThrownBy(worker::start).hasMessageContaining("--user is nobody, who cannot pass through");
        }
    }

    /** As it is where the node wants one; it is not asked for here. */
    private static void plantKey(Path own) throws IOException {
        Files.createDirectories(own);
        Files.writeString(own.resolve("key"), "coil_key_" + "5ec2e7".repeat(10) + "5ec2\n");
    }

    private String graph(String text, Path own) {
        return text.replace("OWN", own.toString())
                .replace("HIDDEN", directory.resolve("hidden/open").toString())
                .replace("ROOTS", directory.resolve("roots").toString());
    }

    private void check(Path own) throws Exception {
        var run = GraphRuns.finished(node.url(), "user", graph(GRAPH, own));
        for (var name : List.of("who", "next", "tree", "from", "terminal", "looks", "locked", "thief-links")) {
            assertOutcome(run, name, "success");
        }
        assertOutcome(run, "killed", "timeout");
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(line -> line.contains("sleep 987654")))
                .isEmpty();
        assertOutcome(run, "thief-starts", "failure");
        assertOutcome(run, "thief-file", "failure");
        assertOutcome(run, "thief-directory", "failure");
        assertOutcome(run, "thief-unreadable", "failure");
        assertOutcome(run, "thief-generates", "failure");
        assertNothingCameOut(run);
    }

    private void checkShutIn(Path own) throws Exception {
        var run = GraphRuns.finished(node.url(), "user", graph("""
                defaults: {checkout: false, allow-failure: true}
                tasks:
                  who:
                    run: |
                      test "$(id -un)" = nobody && test -z "$(ls -A "$HOME")" && echo x > "$HOME/x" && echo x > /tmp/x
                      mkdir out && echo x > out/made
                    artifacts: {out: out/}
                  looks:
                    run: |
                      if cat OWN/key || cat ROOTS; then exit 1; fi 2>/dev/null
                      if { echo x > OWN/x; } 2>/dev/null; then echo gone with the sandbox; fi
                  next:
                    download: {who.out: got/}
                    run: cat got/made
                """, own));
        for (var task : run.tasks()) {
            assertOutcome(run, task.name(), "success");
        }
        assertThat(own.resolve("x")).doesNotExist();
        assertNothingCameOut(run);
    }

    private void assertOutcome(Run run, String name, String outcome) throws IOException {
        var task = task(run, name);
        assertThat(task.outcome().text())
                .as(name + ": " + task.lastAttempt() + "\n" + log(run, task))
                .isEqualTo(outcome);
    }

    private static Task task(Run run, String name) {
        return run.tasks().stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String log(Run run, Task task) throws IOException {
        return task.lastAttempt() == null
                ? ""
                : new String(
                        new NodeClient(node.url())
                                .log(run.summary(), task.index(), 1, false, 0, false)
                                .readAllBytes(),
                        UTF_8);
    }

    /** Neither to the log nor in any archive that the node was given. */
    private void assertNothingCameOut(Run run) throws IOException {
        for (var task : run.tasks()) {
            assertThat(log(run, task)).doesNotContain(SECRET).doesNotContain("5ec2e75ec2e7");
            assertThat(String.valueOf(task.lastAttempt())).doesNotContain(SECRET);
        }
        try (var files = Files.walk(directory.resolve("home"))) {
            var blobs = files.filter(file -> file.toString().contains("/blobs/") && Files.isRegularFile(file))
                    .toList();
            assertThat(blobs).isNotEmpty();
            for (var file : blobs) {
                assertThat(plain(Files.readAllBytes(file)))
                        .as(file.toString())
                        .doesNotContain(SECRET)
                        .doesNotContain("5ec2e75ec2e7");
            }
        }
    }

    private static String plain(byte[] content) throws IOException {
        if (content.length < 2 || content[0] != 0x1f || content[1] != (byte) 0x8b) {
            return new String(content, ISO_8859_1);
        }
        try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return new String(unzipped.readAllBytes(), ISO_8859_1);
        }
    }

    private static void assertNothingIsLeft(Path own) throws IOException {
        assertThat(Files.readString(own.resolve("key"))).contains("5ec2e7");
        try (var trash = Files.list(own.resolve("trash"))) {
            // The thief that hid may still be adding to its own.
            assertThat(trash).hasSizeLessThanOrEqualTo(1);
        }
        for (int slot = 1; slot <= 2; slot++) {
            assertThat(own.resolve("slots").resolve(Integer.toString(slot)).resolve("ws"))
                    .doesNotExist();
        }
    }
}
