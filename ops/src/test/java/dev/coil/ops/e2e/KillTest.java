package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Short tasks with dependencies, while the node and its workers are killed and paused at random. {@code ops/kill-test} runs it in
 * full size; as one of the tests it is small.
 */
class KillTest {

    private static final int TASKS = Integer.getInteger("coil.kill.tasks", 240);
    private static final int BLOWS = Integer.getInteger("coil.kill.blows", 5);
    private static final long SEED = Long.getLong("coil.kill.seed", System.nanoTime());

    private static final int WIDTH = 40;
    private static final int SLOTS = 8;

    /** Long enough for all blows to fall while the run goes on, at about nine seconds a blow. */
    private static final int MILLIS_OF_A_TASK = Math.max(200, 9_000 * SLOTS * BLOWS / TASKS);

    private static final Duration PATIENCE = Duration.ofMinutes(4).plusMillis(4L * TASKS * MILLIS_OF_A_TASK / SLOTS);

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Victim> victims = new ArrayList<>();
    private final List<KillReport.Blow> blows = new ArrayList<>();
    private Program coil;
    private Path ledger;

    @BeforeEach
    void start() throws Exception {
        coil = new Program(directory);
        ledger = Files.createFile(directory.resolve("ledger"));
    }

    @AfterEach
    void stop() throws Exception {
        for (var victim : victims) {
            victim.goOn();
        }
        coil.close();
    }

    @Test
    void shouldLoseNothingAndAcceptNothingTwice() throws Exception {
        System.out.printf("kill-test: seed %d (-Dcoil.kill.seed)%n", SEED);
        Files.writeString(Files.createDirectory(directory.resolve("graph")).resolve(".coil.yml"), graph());
        victims.add(new Victim("node", () -> coil.start("up", "--port", "0", "--slots", "2")));
        var node = coil.awaitNode();
        for (var name : List.of("w1", "w2", "w3")) {
            victims.add(new Victim(name, () -> startWorker(node, name)));
        }
        coil.run("submit", directory.resolve("graph").toString());

        var deadline = Instant.now().plus(PATIENCE);
        while (blows.size() < BLOWS && !isFinished()) {
            strike(victims.get(random.nextInt(victims.size())));
        }
        while (!isFinished()) {
            if (Instant.now().isAfter(deadline)) {
                fail("the run does not end; seed " + SEED + "\n" + abbreviated(run().toString()) + "\n"
                        + coil.lastWords());
            }
            pause(500);
        }

        var report = KillReport.of(announced().get("kafka").asText(), TASKS, ledger, blows);
        System.out.println(report);
        assertThat(blows).as("blows before the run had ended").hasSize(BLOWS);
        assertThat(report.lost()).as("lost; seed %d", SEED).isEmpty();
        assertThat(report.doubled()).as("doubled; seed %d", SEED).isEmpty();
        assertThat(report.wrong()).as("not passed; seed %d", SEED).isEmpty();
        assertThat(run().get("outcome").asText()).isEqualTo("success");
    }

    private Process startWorker(JsonNode node, String name) throws IOException {
        return coil.start(
                "worker",
                "run",
                "--kafka",
                node.get("kafka").asText(),
                "--zookeeper",
                node.get("zookeeper").asText(),
                "--name",
                name,
                "--slots",
                "2");
    }

    /** Rows of tasks, each of which needs two of the row above and fails if they have not ended. */
    private String graph() {
        var text = new StringBuilder("name: kill\ndefaults: {checkout: false, retry: {infra: 100}}\ntasks:\n");
        for (int task = 0; task < TASKS; task++) {
            text.append("  t").append(task).append(":\n");
            var check = new StringBuilder();
            if (task >= WIDTH) {
                int above = task - WIDTH;
                int beside = above % WIDTH == 0 ? above + 1 : above - 1;
                text.append("    needs: [t%d, t%d]%n".formatted(above, beside));
                for (int need : List.of(above, beside)) {
                    check.append("grep -qx 'end %d' %s || exit 9; ".formatted(need, ledger));
                }
            }
            int millis = MILLIS_OF_A_TASK / 2 + random.nextInt(MILLIS_OF_A_TASK);
            text.append("    run: %secho begin %d >> %s; sleep %d.%03d; echo end %d >> %s%n"
                    .formatted(check, task, ledger, millis / 1000, millis % 1000, task, ledger));
        }
        return text.toString();
    }

    /** One that is still on its way back is left alone. */
    private void strike(Victim victim) throws Exception {
        if (!victim.isAlive()) {
            victim.startAgain();
            return;
        }
        boolean kill = random.nextBoolean();
        var blow = new KillReport.Blow(kill ? "kill" : "pause", victim.name(), System.currentTimeMillis());
        blows.add(blow);
        System.out.printf(
                "kill-test: %d of %d ended; %s %s%n", endings(), TASKS, kill ? "kill -9" : "SIGSTOP", victim.name());
        if (kill) {
            victim.kill();
            pause(random.nextInt(2_000));
            victim.startAgain();
        } else {
            victim.pause();
            pause(500 + random.nextInt(random.nextInt(3) == 0 ? 15_000 : 2_500));
            victim.goOn();
        }
        pause(random.nextInt(6_000));
    }

    private static String abbreviated(String text) {
        return text.substring(0, Math.min(2_000, text.length()));
    }

    private long endings() throws IOException {
        return Files.readAllLines(ledger).stream()
                .filter(line -> line.startsWith("end "))
                .distinct()
                .count();
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private JsonNode announced() throws IOException {
        return Codec.MAPPER.readTree(Files.readString(coil.home().resolve("node.json")));
    }

    private JsonNode run() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(announced().get("url").asText() + "/api/v1/runs/kill%231"))
                .timeout(Duration.ofSeconds(20))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isNotEqualTo(404);
        return Codec.MAPPER.readTree(answer.body());
    }

    /** A node that does not answer at the moment is no news. */
    private boolean isFinished() throws InterruptedException {
        try {
            return run().path("state").asText().equals("finished");
        } catch (IOException unreachable) {
            return false;
        }
    }
}
