package dev.coil.ops.worker;

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
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A node for workers that speak HTTP, and what their tests ask of both. */
final class ConformanceFixture implements AutoCloseable {

    /** For a machine that has other things to do. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    static final Duration SOON = Duration.ofSeconds(60);

    private final Path directory;
    private final EmbeddedNode node;

    ConformanceFixture(Path directory) {
        this.directory = directory;
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withoutWorker());
    }

    URI url() {
        return node.url();
    }

    /** A file or directory of a case. */
    Path place(String name) {
        return directory.resolve(name);
    }

    /** Submits a graph for the worker with a label. @return the run's name */
    String submit(String label, String graph) throws IOException {
        return submit(url(), label, graph);
    }

    String submit(URI to, String label, String graph) throws IOException {
        var repository = Shell.repository(directory.resolve("repositories").resolve(label));
        Files.writeString(
                repository.directory().resolve(".coil.yml"),
                "name: " + label + "\ndefaults: {runs-on: {labels: [" + label + "]}}\n" + graph);
        repository.run("git add -A; git commit -q -m Graph");
        synchronized (this) {
            var result = new Console(repository.directory(), directory.resolve("cli"))
                    .with("COIL_URL", to)
                    .coil("submit");
            assertThat(result.code()).as(result.err()).isZero();
        }
        return label + "#1";
    }

    Run finished(String run) {
        return finished(url(), run);
    }

    static Run finished(URI at, String run) {
        var client = new NodeClient(at);
        await(run)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> client.run(run).summary().isFinished());
        return client.run(run);
    }

    static Task task(Run run, String name) {
        return run.tasks().stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no task " + name));
    }

    static Attempt last(Run run, String name) {
        return Objects.requireNonNull(task(run, name).lastAttempt(), name);
    }

    static byte[] log(URI at, Run run, String name) throws IOException {
        var task = task(run, name);
        try (var log = new NodeClient(at)
                .log(run.summary(), task.index(), last(run, name).number(), false, 0, false)) {
            return log.readAllBytes();
        }
    }

    /** Whoever has to find out why it ran twice reads what the first attempt and its worker said. */
    void assertRanOnce(Run run, String name, WorkerUnderTest worker) throws IOException {
        var task = task(run, name);
        if (last(run, name).number() != 1) {
            try (var log = new NodeClient(url()).log(run.summary(), task.index(), 1, false, 0, false)) {
                throw new AssertionError(task + "\n" + new String(log.readAllBytes(), UTF_8) + "\n" + worker.said());
            }
        }
    }

    String text(Run run, String name) throws IOException {
        return new String(log(url(), run, name), UTF_8);
    }

    /** What a script writes to tell of its processes. */
    static List<Long> awaitProcesses(Path file, int count) {
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

    static void awaitFile(Path file) {
        await().atMost(PATIENCE).until(() -> Files.exists(file));
    }

    static void awaitDeath(List<Long> processes) {
        await().atMost(SOON).until(() -> processes.stream()
                .noneMatch(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()));
    }

    /** Processes of all kinds that a task may leave: a child, a daemon in a session of its own, and one that will not end. */
    static String processes(Path file) {
        return """
                sleep 1000 & echo $! >> %1$s
                setsid sleep 1000 & echo $! >> %1$s
                sh -c 'trap "" TERM; echo $$ >> %1$s; while :; do sleep 1; done' &
                """.formatted(file).indent(6);
    }

    /** Task {@code t} succeeds when it is run again, after it told of its processes. */
    static String twice(Path file) {
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

    @Override
    public void close() {
        node.close();
    }
}
