package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.codec.Codec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose files are not what it wrote. */
class DamagedDataTest {

    private static final String COMMANDS = "kafka/coil.commands-0/00000000000000000000.log";

    @TempDir
    Path directory;

    private Program coil;
    private Path project;

    @BeforeEach
    void runOnce() throws Exception {
        coil = new Program(directory);
        project = Files.createDirectories(directory.resolve("project"));
        Files.writeString(project.resolve(".coil.yml"), """
                name: damaged
                tasks:
                  a: {checkout: false, run: echo hello}
                  b: {needs: [a], checkout: false, run: exit 7}
                """);
        var node = coil.up();
        runAgain(1);
        coil.down(node);
    }

    @AfterEach
    void stop() throws Exception {
        coil.close();
    }

    private void runAgain(int number) throws Exception {
        assertThat(coil.run("submit", project.toString()).stdout()).isEqualTo("damaged#" + number + "\n");
        assertThat(coil.run("watch", "damaged#" + number).exitCode()).isEqualTo(1);
    }

    private void expectTheFirstRun() throws Exception {
        var run = coil.run("show", "damaged#1", "--json").json();
        assertThat(run.at("/tasks/0/outcome").asText()).isEqualTo("success");
        assertThat(run.at("/tasks/1/attempts/0/exitCode").asInt()).isEqualTo(7);
        assertThat(coil.run("log", "damaged#1", "a").stdout()).isEqualTo("hello\n");
    }

    private List<Path> files(String place, String pattern) throws IOException {
        try (var files = Files.newDirectoryStream(coil.home().resolve(place), pattern)) {
            var found = new java.util.ArrayList<Path>();
            files.forEach(found::add);
            assertThat(found).isNotEmpty();
            return found;
        }
    }

    private void flipTheMiddle(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        for (int i = bytes.length / 2; i < Math.min(bytes.length, bytes.length / 2 + 16); i++) {
            bytes[i] ^= (byte) 0xff;
        }
        Files.write(file, bytes);
    }

    /** Keeps about the first half of the record batches: offset (8 bytes), length of what follows (4), the rest. */
    private void cutBetweenRecords(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        int end = 0;
        while (end < bytes.limit() / 2) {
            end += 12 + bytes.getInt(end + 8);
        }
        Files.write(file, java.util.Arrays.copyOf(bytes.array(), end));
    }

    private void halve(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    }

    @Test
    void shouldRebuildAStoreThatCannotBeOpened() throws Exception {
        for (var file : files("scheduler/partition-0/db", "MANIFEST-*")) {
            flipTheMiddle(file);
        }

        var node = coil.up();

        expectTheFirstRun();
        runAgain(2);
        assertThat(coil.output(node)).contains("is damaged", "it is rebuilt from the command log");
    }

    @Test
    void shouldRebuildAStoreInWhichATableIsDamaged() throws Exception {
        for (var file : files("scheduler/partition-0/db", "*.sst")) {
            flipTheMiddle(file);
        }

        coil.up();

        expectTheFirstRun();
        runAgain(2);
    }

    @Test
    void shouldMakeDamagedEventsAnewWhenToldTo() throws Exception {
        flipTheMiddle(coil.home().resolve("kafka/coil.events-0/00000000000000000000.log"));

        var refused = coil.run("up", "--port", "0");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.stderr()).contains("coil.events is damaged", "'coil up --repair'");

        coil.up("--repair");

        expectTheFirstRun();
        runAgain(2);
    }

    @Test
    void shouldMakeADamagedSpaceAnewByItself() throws Exception {
        halve(coil.home().resolve("kafka/coil.space.any-0/00000000000000000000.log"));

        var node = coil.up();

        assertThat(coil.output(node)).contains("coil.space.any is damaged", "it is made anew from the state");
        expectTheFirstRun();
        runAgain(2);
    }

    @Test
    void shouldRefuseToWriteBehindDamagedLogs() throws Exception {
        halve(coil.home().resolve("kafka/coil.logs-0/00000000000000000000.log"));

        var refused = coil.run("up", "--port", "0");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.stderr()).contains("coil.logs is damaged at its end", "'coil up --repair'");
    }

    @Test
    void shouldGoOnWithItsStateWhereOldCommandsAreDamagedAndNotThrowItAway() throws Exception {
        flipTheMiddle(coil.home().resolve(COMMANDS));

        var node = coil.up();

        assertThat(coil.output(node)).contains("coil.commands is damaged", "restore Kafka's data from a copy");
        assertThat(warnings()).contains("coil.commands is damaged");
        expectTheFirstRun();
        runAgain(2);
        coil.down(node);

        var refused = coil.run("up", "--port", "0", "--repair");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.stderr()).contains("coil.commands is damaged", "nothing was removed");

        coil.up();

        expectTheFirstRun();
        runAgain(3);
    }

    /** What the node's API says of its data. */
    private String warnings() throws Exception {
        var url = coil.awaitNode().get("url").asText() + "/api/v1/node";
        var answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        return Codec.MAPPER.readTree(answer.body()).get("warnings").toString();
    }

    @Test
    void shouldGoOnWithoutTheLogsAndSpacesThatWereOnTheirWayWhenToldTo() throws Exception {
        halve(coil.home().resolve("kafka/coil.logs-0/00000000000000000000.log"));
        halve(coil.home().resolve("kafka/coil.space.any-0/00000000000000000000.log"));

        coil.up("--repair");

        expectTheFirstRun();
        runAgain(2);
    }

    @Test
    void shouldNotStartSilentlyWithoutTheLastCommandsAndGoOnWithTheOthersWhenToldTo() throws Exception {
        var node = coil.up();
        runAgain(2);
        coil.down(node);
        cutBetweenRecords(coil.home().resolve(COMMANDS));

        var refused = coil.run("up", "--port", "0");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.stderr()).contains("coil.commands explains only", "'coil up --repair'");

        goOnWithTheOthers();
    }

    @Test
    void shouldNotWriteBehindCommandsThatAreTornAndCutThemOffWhenToldTo() throws Exception {
        var commands = coil.home().resolve(COMMANDS);
        cutBetweenRecords(commands);
        Files.write(commands, new byte[] {0, 0, 0}, StandardOpenOption.APPEND);

        var refused = coil.run("up", "--port", "0");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.stderr()).contains("coil.commands is damaged at its end", "'coil up --repair'");

        goOnWithTheOthers();
    }

    private void goOnWithTheOthers() throws Exception {
        coil.up("--repair");

        assertThat(coil.run("list", "--json").exitCode()).isZero();
        var submitted = coil.run("submit", project.toString()).stdout().strip();
        assertThat(coil.run("watch", submitted).exitCode()).isEqualTo(1);
    }

    @Test
    void shouldRefuseTheDataOfANewerProgram() throws Exception {
        Files.writeString(coil.home().resolve("format"), "1000\n");

        var refused = coil.run("up", "--port", "0");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.stderr()).contains(coil.home().toString(), "are of a newer Coil (format 1000");
    }
}
