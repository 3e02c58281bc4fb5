package dev.coil.scheduler.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.blob.DiskBlobs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {

    @Test
    void shouldStageEachTaskOnceAndInOrder() {
        var tasks =
                IntStream.range(0, 1_001).mapToObj(i -> task("t" + i, "true")).toList();

        var commands = Staging.commands("demo", "id", tasks);

        assertThat(commands).extracting(Command.StageTasks::first).containsExactly(0, 200, 400, 600, 800, 1_000);
        assertThat(commands.stream().flatMap(command -> command.tasks().stream()))
                .isEqualTo(tasks);
    }

    @Test
    void shouldStageNothingOfAnEmptyGraph() {
        assertThat(Staging.commands("demo", "id", List.of())).isEmpty();
    }

    @Test
    void shouldBoundTheBytesOfARecord() {
        var tasks = IntStream.range(0, 50)
                .mapToObj(i -> task("t" + i, "x".repeat(60_000)))
                .toList();

        var commands = Staging.commands("demo", "id", tasks);

        assertThat(commands).allSatisfy(command -> assertThat(Codec.encode(command).length)
                .isLessThan(Staging.BYTES_PER_RECORD + 1_000));
        assertThat(commands.stream().flatMap(command -> command.tasks().stream()))
                .isEqualTo(tasks);
    }

    @Test
    void shouldGiveALargeTaskARecordOfItsOwn() {
        var tasks = List.of(task("a", "true"), taskWithEnv("b", 300_000), task("c", "true"));

        assertThat(Staging.commands("demo", "id", tasks))
                .extracting(Command.StageTasks::first)
                .containsExactly(0, 1, 2);
    }

    @Test
    void shouldRefuseATaskThatNoRecordHolds() {
        var tasks = List.of(taskWithEnv("huge", 5_000_000));

        assertThatThrownBy(() -> Staging.commands("demo", "id", tasks))
                .hasMessageContainingAll("task huge is", "limit is 4194304");
    }

    @Test
    void shouldMoveLongScriptsToTheBlobStore(@TempDir Path directory) throws Exception {
        var blobs = new DiskBlobs(directory);
        var shortest = "x".repeat(Staging.LARGEST_SCRIPT);
        var longer = "ä".repeat(Staging.LARGEST_SCRIPT / 2) + "x";

        var tasks =
                Staging.withoutLongScripts(List.of(task("a", shortest), task("b", longer), task("c", longer)), blobs);

        assertThat(tasks.get(0).action().script()).isEqualTo(shortest);
        assertThat(tasks.get(0).action().scriptBlob()).isNull();
        assertThat(Stream.of(tasks.get(1), tasks.get(2))).allSatisfy(task -> {
            assertThat(task.action().script()).isEmpty();
            assertThat(blobs.open(String.valueOf(task.action().scriptBlob()))
                            .orElseThrow()
                            .content())
                    .isEqualTo(longer.getBytes(UTF_8));
        });
    }

    private static TaskSpec task(String name, String script) {
        return TaskSpec.simple(name, List.of(), Requirement.ANY, Action.script(script));
    }

    private static TaskSpec taskWithEnv(String name, int bytes) {
        var action = new Action(
                "true",
                null,
                "sh",
                Map.of("LONG", "x".repeat(bytes)),
                "",
                false,
                null,
                false,
                List.of(),
                List.of(),
                Map.of(),
                false,
                Resources.NONE,
                List.of(),
                null,
                List.of());
        return TaskSpec.simple(name, List.of(), Requirement.ANY, action);
    }
}
