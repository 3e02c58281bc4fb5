package dev.coil.ops.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.checkout.Shell;
import dev.coil.ops.cli.Console;
import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.graph.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a worker that speaks HTTP must do, asked of the shell worker against a real node, in each shell that it must run in. A shell that is
 * not installed fails its cases.
 */
@Timeout(600)
class WorkerConformanceTest {

    /** For a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private static final Duration SOON = Duration.ofSeconds(60);

    /** More shells at a time would be no faster on two processors. */
    private static final int AT_ONCE = 5;

    @TempDir
    static Path directory;

    private static EmbeddedNode node;
    private static ExecutorService executor;
    private static final Map<String, Map<String, Future<?>>> CASES = new ConcurrentHashMap<>();
    private static Future<?> lostClaim;

    static List<String> shells() {
        return ShellWorker.SHELLS;
    }

    @BeforeAll
    static void start() {
        executor = Executors.newFixedThreadPool(AT_ONCE);
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withoutWorker());
        // It is over a minute of waiting, so it waits beside the others.
        lostClaim = executor.submit(asTask(shell -> loseAClaim(), "dash"));
    }

    @AfterAll
    static void stop() throws Exception {
        executor.shutdownNow();
        executor.awaitTermination(30, TimeUnit.SECONDS);
        node.close();
    }

    @FunctionalInterface
    private interface Case {
        void in(String shell) throws Exception;
    }

    private static Runnable asTask(Case body, String shell) {
        return () -> {
            try {
                body.in(shell);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** Most of a case is waiting, so the first shell that asks for it starts it in all of them. */
    private static void inAllAtOnce(String name, String shell, Case body) throws Exception {
        var started = CASES.computeIfAbsent(name, n -> shells().stream()
                .collect(Collectors.toMap(Function.identity(), each -> executor.submit(asTask(body, each)))));
        join(Objects.requireNonNull(started.get(shell)));
    }

    private static void join(Future<?> future) throws Exception {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Submits a graph for the worker with a label. @return the run's name */
    private static String submit(URI to, String project, String label, String graph) throws IOException {
        var repository = Shell.repository(directory.resolve("repositories").resolve(project));
        Files.writeString(
                repository.directory().resolve(".coil.yml"),
                "name: " + project + "\ndefaults: {runs-on: {labels: [" + label + "]}}\n" + graph);
        repository.run("git add -A; git commit -q -m Graph");
        synchronized (WorkerConformanceTest.class) {
            var result = new Console(repository.directory(), directory.resolve("cli"))
                    .with("COIL_URL", to)
                    .coil("submit");
            assertThat(result.code()).as(result.err()).isZero();
        }
        return project + "#1";
    }

    private static Run finished(URI at, String run) {
        var client = new NodeClient(at);
        await(run)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> client.run(run).summary().isFinished());
        return client.run(run);
    }

    private static Task task(Run run, String name) {
        return run.tasks().stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no task " + name));
    }

    private static Attempt last(Run run, String name) {
        return Objects.requireNonNull(task(run, name).lastAttempt(), name);
    }

    private static byte[] log(URI at, Run run, String name) throws IOException {
        var task = task(run, name);
        try (var log = new NodeClient(at)
                .log(run.summary(), task.index(), last(run, name).number(), false, 0, false)) {
            return log.readAllBytes();
        }
    }

    private static String text(Run run, String name) throws IOException {
        return new String(log(node.url(), run, name), UTF_8);
    }

    /** What a script writes to tell of its processes. */
    private static List<Long> awaitProcesses(Path file, int count) {
        await().atMost(PATIENCE).until(() -> Files.exists(file) && numbers(file).size() == count);
        return numbers(file);
    }

    private static List<Long> numbers(Path file) {
        try {
            return Files.readAllLines(file).stream().map(Long::valueOf).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void awaitDeath(List<Long> processes) {
        await().atMost(SOON).until(() -> processes.stream()
                .noneMatch(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()));
    }

    private static Path place(String name, String shell) {
        return directory.resolve(name + "-" + ShellWorker.label(shell));
    }

    /** Processes of all kinds that a task may leave: a child, a daemon in a session of its own, and one that will not end. */
    private static String processes(Path file) {
        return """
                sleep 1000 & echo $! >> %1$s
                setsid sleep 1000 & echo $! >> %1$s
                sh -c 'trap "" TERM; echo $$ >> %1$s; while :; do sleep 1; done' &
                """.formatted(file).indent(6);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void shouldRunTasksAndSayHowTheyEnd(String shell) throws Exception {
        inAllAtOnce("core", shell, WorkerConformanceTest::runTasks);
    }

    /** What depends on the shell that runs the worker. */
    private static void runTasks(String shell) throws Exception {
        var place = place("core", shell);
        var label = "core-" + ShellWorker.label(shell);
        var left = directory.resolve("left-" + label);
        var graph = """
                tasks:
                  env:
                    env: {GREETING: "it's\\ntwo lines\\n\\n", UMLAUT: "f\u00fcr\\\\$x `y`", EMPTY: ""}
                    run: |
                      printf '%%s' "$GREETING$UMLAUT${EMPTY-unset}" | od -An -tx1 | tr -d ' \\n'; echo
                      echo "$COIL_TASK $COIL_WORKER $CI ${SECRET-none} [$(cat)]"
                      cat a.txt; git status --short; printf 'a\\000b\\377\\n\\303 no end'
                  crash: {checkout: false, run: kill -SEGV $$}
                  skip: {checkout: false, exit-codes: {77: {outcome: skipped, label: not-compatible}}, run: exit 77}
                  leave:
                    checkout: false
                    run: |
                %1$s
                      while [ "$(wc -l < %2$s)" -lt 3 ]; do sleep 0.1; done
                  slow: {checkout: false, timeout: 2s, run: sleep 1000}
                  build:
                    checkout: false
                    artifacts: {dist: out/, texts: "out/**/*.txt"}
                    run: mkdir -p out/sub; echo 1 > out/a.txt; echo 2 > out/sub/b.txt; echo 3 > out/c
                  use: {from: build, download: {build.dist: in/, build.texts: in/texts}, run: find in | LC_ALL=C sort}
                  gen:
                    checkout: false
                    generates: more.yml
                    run: "printf 'tasks:\\\\n  x: {checkout: false, run: exit 3}\\\\n' > more.yml"
                """.formatted(processes(left), left);
        try (var worker = ShellWorker.start(shell, node.url(), place, "--label", label, "--slots", "2")) {
            var run = finished(node.url(), submit(node.url(), label, label, graph));

            var said = worker.said();
            assertThat(new String(log(node.url(), run, "env"), ISO_8859_1))
                    .as(said)
                    .contains("697427730a74776f206c696e65730a0a" + "66c3bc725c2478206079" + "60\n")
                    .endsWith("env " + place.getFileName() + " true none []\na\na\0b\377\n\303 no end");
            assertThat(last(run, "crash").reason()).as(said).isEqualTo("killed by SIGSEGV");
            assertThat(last(run, "crash").exitCode()).isEqualTo(139);
            assertThat(task(run, "skip").outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(task(run, "skip").label()).isEqualTo("not-compatible");
            assertThat(task(run, "leave").outcome()).as(said).isEqualTo(Outcome.SUCCESS);
            assertThat(text(run, "leave")).startsWith("coil: killed what the script left running: ");
            awaitDeath(awaitProcesses(left, 3));
            assertThat(task(run, "slow").outcome()).isEqualTo(Outcome.TIMEOUT);
            assertThat(last(run, "slow").reason()).isEqualTo("ran longer than its timeout of 2s");
            assertThat(text(run, "use")).as(said).endsWith("""
                    in
                    in/a.txt
                    in/c
                    in/sub
                    in/sub/b.txt
                    in/texts
                    in/texts/a.txt
                    in/texts/sub
                    in/texts/sub/b.txt
                    """);
            assertThat(last(run, "gen/x").exitCode()).isEqualTo(3);
            await().atMost(SOON).until(() -> workspaces(place).isEmpty());
        }
    }

    /** What depends on the other programs of a system, and on nothing but them. */
    @Test
    void shouldRunWhateverAGraphMaySay() throws Exception {
        try (var worker = ShellWorker.start("dash", node.url(), directory.resolve("all"), "--label", "all")) {
            checkAll(worker, finished(node.url(), submit(node.url(), "all", "all", ALL)));
        }
    }

    /** A system of busybox alone, without git, perl, and what only Linux or GNU has. */
    @Test
    void shouldNeedNothingButPosixAndCurl() throws Exception {
        var bin = Files.createDirectories(directory.resolve("bin"));
        var needed = List.of(
                "awk",
                "basename",
                "cat",
                "chmod",
                "cp",
                "cut",
                "date",
                "dd",
                "df",
                "dirname",
                "du",
                "env",
                "find",
                "grep",
                "gzip",
                "head",
                "ln",
                "ls",
                "mkdir",
                "mkfifo",
                "mv",
                "od",
                "printf",
                "ps",
                "pwd",
                "rm",
                "rmdir",
                "sed",
                "sh",
                "sha256sum",
                "sleep",
                "sort",
                "tail",
                "tar",
                "touch",
                "tr",
                "true",
                "false",
                "uname",
                "wc",
                "test",
                "[",
                "kill",
                "readlink");
        for (var applet : needed) {
            Files.createSymbolicLink(bin.resolve(applet), program("busybox"));
        }
        Files.createSymbolicLink(bin.resolve("curl"), program("curl"));
        Files.createSymbolicLink(bin.resolve("bash"), program("bash"));
        try (var worker = ShellWorker.start(
                "busybox sh",
                node.url(),
                directory.resolve("bare"),
                Map.of("PATH", bin.toString()),
                "--label",
                "bare")) {
            checkAll(worker, finished(node.url(), submit(node.url(), "bare", "bare", ALL)));
        }
    }

    private static Path program(String name) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(part -> Path.of(part, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not installed"));
    }

    private static final String ALL = """
            tasks:
              both: {checkout: false, run: "echo out; echo err >&2; echo again; echo over > /dev/stderr"}
              dir: {working-directory: sub/dir, checkout: false, run: pwd}
              shell: {checkout: false, shell: no-such-shell, run: "true"}
              pipefail: {checkout: false, shell: bash, run: "false | true"}
              daemon: {checkout: false, run: "sleep 1000 & (sleep 1001 &) ; exit 0"}
              build:
                checkout: false
                artifacts: {dist: out/, texts: "out/**/*.txt", some: "out/[a-b]*.{txt,c}", one: out/a.txt}
                run: |
                  mkdir -p out/sub; echo 1 > out/a.txt; ln out/a.txt out/twin; echo 2 > out/sub/b.txt
                  ln -s a.txt out/link; printf '#!/bin/sh\\necho ran\\n' > out/x; chmod 755 out/x; mkfifo out/pipe
              use:
                checkout: false
                download: {build.dist: in/, build.one: copy.txt, build.texts: texts, build.some: some}
                run: find . | LC_ALL=C sort; ./in/x; cat copy.txt texts/sub/b.txt in/link in/twin
              bad-gen: {checkout: false, generates: more.yml, run: "echo 'tasks: 7' > more.yml"}
              missing: {artifacts: {x: none.txt}, checkout: false, run: "true"}
              outside: {artifacts: {x: link/hosts}, checkout: false, run: ln -s /etc link}
              always:
                checkout: false
                artifacts: {x: {path: "*.log", when: always}, y: {path: none, when: always}}
                run: echo why > a.log; exit 4
              locked: {checkout: false, run: mkdir -p a/b; echo 1 > a/b/c; chmod 0 a/b; chmod 0 a}
            """;

    private static void checkAll(ShellWorker worker, Run run) throws Exception {
        var said = worker.said();
        assertThat(text(run, "both")).as(said).isEqualTo("out\nerr\nagain\nover\n");
        assertThat(last(run, "dir").reason()).isEqualTo("the working directory dir does not exist");
        assertThat(last(run, "shell").reason())
                .isEqualTo("this worker has no program 'no-such-shell' to run the script with");
        assertThat(last(run, "pipefail").exitCode()).isEqualTo(1);
        assertThat(text(run, "daemon")).startsWith("coil: killed what the script left running: sleep (");
        assertThat(last(run, "build").artifacts().stream().map(artifact -> artifact.name() + " " + artifact.files()))
                .as(text(run, "build"))
                .containsExactlyInAnyOrder("dist 5", "texts 2", "some 1", "one 1");
        assertThat(text(run, "use")).as(said).endsWith("""
                .
                ./copy.txt
                ./in
                ./in/a.txt
                ./in/link
                ./in/sub
                ./in/sub/b.txt
                ./in/twin
                ./in/x
                ./some
                ./some/a.txt
                ./texts
                ./texts/a.txt
                ./texts/sub
                ./texts/sub/b.txt
                ran
                1
                2
                1
                1
                """);
        assertThat(task(run, "bad-gen").outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(last(run, "bad-gen").reason()).contains("more.yml:1:8", "expected a map of tasks");
        assertThat(last(run, "missing").reason()).isEqualTo("artifact 'x': none.txt does not exist");
        assertThat(last(run, "outside").reason())
                .isEqualTo("artifact 'x': link/hosts leads out of the workspace over a symbolic link");
        assertThat(last(run, "always").exitCode()).isEqualTo(4);
        assertThat(last(run, "always").artifacts()).hasSize(1);
        assertThat(task(run, "locked").outcome()).isEqualTo(Outcome.SUCCESS);
    }

    private static List<Path> workspaces(Path place) throws IOException {
        try (var slots = Files.walk(place.resolve("worker"), 3)) {
            return slots.filter(path -> path.endsWith("ws")
                            || path.getParent().endsWith("trees")
                            || path.getParent().endsWith("trash"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void shouldEndAllOfWhatIsCancelled(String shell) throws Exception {
        inAllAtOnce("cancel", shell, WorkerConformanceTest::cancel);
    }

    private static void cancel(String shell) throws Exception {
        var place = place("cancel", shell);
        var label = "cancel-" + ShellWorker.label(shell);
        var file = directory.resolve("pids-" + label);
        try (var worker = ShellWorker.start(shell, node.url(), place, "--label", label)) {
            var name = submit(node.url(), label, label, """
                    tasks:
                      t:
                        checkout: false
                        run: |
                    %s
                          wait
                    """.formatted(processes(file)));
            var processes = awaitProcesses(file, 3);

            var client = new NodeClient(node.url());
            client.cancel(client.run(name).summary(), null, "nobody needs it");

            awaitDeath(processes);
            await().atMost(SOON).until(() -> worker.said().contains("nobody needs it"));
            assertThat(task(finished(node.url(), name), "t").outcome()).isEqualTo(Outcome.CANCELLED);
        }
    }

    /** Succeeds when it is run again, after it told of its processes. */
    private static String twice(Path file) {
        return """
                tasks:
                  t:
                    checkout: false
                    run: |
                      ! test -e %2$s || exit 0
                %1$s
                      wait
                """.formatted(processes(file), file);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void shouldGiveBackWhatItHasWhenItIsToldToEnd(String shell) throws Exception {
        inAllAtOnce("terminate", shell, WorkerConformanceTest::terminate);
    }

    private static void terminate(String shell) throws Exception {
        var label = "terminate-" + ShellWorker.label(shell);
        var place = place("terminate", shell);
        var file = directory.resolve("pids-" + label);
        String name;
        try (var worker = ShellWorker.start(shell, node.url(), place, "--label", label)) {
            name = submit(node.url(), label, label, twice(file));
            var processes = awaitProcesses(file, 3);

            worker.signal("TERM");

            assertThat(worker.awaitEnd()).as(worker.said()).isEqualTo(143);
            awaitDeath(processes);
        }
        try (var next = ShellWorker.start(shell, node.url(), place, "--label", label)) {
            var run = finished(node.url(), name);
            assertThat(run.summary().outcome()).as(next.said()).isEqualTo(Outcome.SUCCESS);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void shouldCleanUpAfterOneThatDiedWithoutAWord(String shell) throws Exception {
        inAllAtOnce("killed", shell, WorkerConformanceTest::killHard);
    }

    private static void killHard(String shell) throws Exception {
        var label = "killed-" + ShellWorker.label(shell);
        var place = place("killed", shell);
        var file = directory.resolve("pids-" + label);
        String name;
        List<Long> processes;
        try (var worker = ShellWorker.start(shell, node.url(), place, "--label", label)) {
            name = submit(node.url(), label, label, twice(file));
            processes = awaitProcesses(file, 3);
            worker.killHard();
        }
        try (var next = ShellWorker.start(shell, node.url(), place, "--label", label)) {
            awaitDeath(processes);
            var run = finished(node.url(), name);
            assertThat(run.summary().outcome()).as(next.said()).isEqualTo(Outcome.SUCCESS);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void shouldFinishWhatItHasAndLeaveWhenItIsDrained(String shell) throws Exception {
        inAllAtOnce("drain", shell, WorkerConformanceTest::drain);
    }

    private static void drain(String shell) throws Exception {
        var label = "drain-" + ShellWorker.label(shell);
        var file = directory.resolve("started-" + label);
        // One of its slots has a task, the other waits for one.
        try (var worker =
                ShellWorker.start(shell, node.url(), place("drain", shell), "--label", label, "--slots", "2")) {
            var name = submit(
                    node.url(),
                    label,
                    label,
                    "tasks: {t: {checkout: false, run: touch " + file + "; sleep 3; echo done}}\n");
            await().atMost(PATIENCE).until(() -> Files.exists(file));

            worker.signal("USR1");

            assertThat(worker.awaitEnd()).as(worker.said()).isZero();
            var run = finished(node.url(), name);
            assertThat(text(run, "t")).isEqualTo("done\n");
            assertThat(last(run, "t").number()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("shells")
    void shouldGoOnWhileTheNodeCannotBeReached(String shell) throws Exception {
        inAllAtOnce("cut", shell, WorkerConformanceTest::cutTheConnection);
    }

    private static void cutTheConnection(String shell) throws Exception {
        var label = "cut-" + ShellWorker.label(shell);
        var file = directory.resolve("started-" + label);
        try (var proxy = new CuttableProxy(node.url().getPort());
                var worker = ShellWorker.start(
                        shell, URI.create("http://" + proxy.address()), place("cut", shell), "--label", label)) {
            var name = submit(node.url(), label, label, """
                    tasks:
                      t:
                        checkout: false
                        run: |
                          touch %s
                          i=0; while [ $i -lt 100 ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done
                    """.formatted(file));
            await().atMost(PATIENCE).until(() -> Files.exists(file));
            Thread.sleep(2_500);
            proxy.cut();
            Thread.sleep(4_000);
            proxy.heal();

            var run = finished(node.url(), name);
            assertThat(text(run, "t")).as(worker.said()).isEqualTo(lines(100));
            assertThat(last(run, "t").number()).isEqualTo(1);
        }
    }

    private static String lines(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }

    @Test
    void shouldKillWhatIsNotItsOwnAnyMore() throws Exception {
        join(lostClaim);
    }

    /** A worker that is cut off for over a minute has its task run elsewhere, and hears so when it is back. */
    private static void loseAClaim() throws Exception {
        var file = directory.resolve("pids-lost");
        try (var proxy = new CuttableProxy(node.url().getPort());
                var first = ShellWorker.start(
                        "dash",
                        URI.create("http://" + proxy.address()),
                        directory.resolve("lost-1"),
                        "--label",
                        "lost")) {
            var name = submit(node.url(), "lost", "lost", twice(file));
            var processes = awaitProcesses(file, 3);
            proxy.cut();
            try (var second = ShellWorker.start("dash", node.url(), directory.resolve("lost-2"), "--label", "lost")) {
                var run = finished(node.url(), name);
                assertThat(run.summary().outcome()).as(second.said()).isEqualTo(Outcome.SUCCESS);
                assertThat(last(run, "t").worker()).isEqualTo("lost-2");
                assertThat(processes).allMatch(pid -> ProcessHandle.of(pid).isPresent());

                proxy.heal();

                awaitDeath(processes);
                await().atMost(SOON).until(() -> first.said().contains("lost lost#1 t"));
                assertThat(new NodeClient(node.url()).run(name)).isEqualTo(run);
            }
        }
    }

    @Test
    void shouldBringATaskOverARestartOfTheNode() throws Exception {
        var config = NodeConfig.defaults(directory.resolve("restarted")).withoutWorker();
        var first = EmbeddedNode.start(config.withPort(0));
        var url = first.url();
        var file = directory.resolve("started-restart");
        try (var worker = ShellWorker.start("dash", url, directory.resolve("restart"), "--label", "restart")) {
            var name = submit(url, "restart", "restart", """
                    tasks:
                      t:
                        checkout: false
                        run: |
                          touch %s
                          i=0; while [ $i -lt 150 ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done
                      after: {needs: [t], run: cat a.txt}
                    """.formatted(file));
            await().atMost(PATIENCE).until(() -> Files.exists(file));
            Thread.sleep(2_500);
            first.close();
            try (var second = EmbeddedNode.start(config.withPort(url.getPort()))) {
                var run = finished(second.url(), name);

                assertThat(run.summary().outcome()).as(worker.said()).isEqualTo(Outcome.SUCCESS);
                // An owner that was started again itself does not know that the worker was there through a gateway, and
                // may
                // give it up after 3 s. Then the task is run again; that it has one result holds all the same.
                assertThat(task(run, "t").attempts().stream()
                                .filter(attempt -> !"the worker was lost".equals(attempt.reason())))
                        .as(task(run, "t").attempts().toString())
                        .hasSize(1);
                assertThat(new String(log(second.url(), run, "t"), UTF_8)).isEqualTo(lines(150));
                worker.signal("TERM");
                worker.awaitEnd();
            }
        } finally {
            first.close();
        }
    }
}
