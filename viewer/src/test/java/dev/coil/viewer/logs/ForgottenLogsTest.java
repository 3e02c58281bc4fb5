package dev.coil.viewer.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgottenLogsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final Set<String> forgotten = ConcurrentHashMap.newKeySet();

    private LogStore store() {
        return new LogStore(directory, task -> forgotten.contains(task.project() + "#" + task.run()));
    }

    private static LogChunk chunk(int run, int task, long offset, String text) {
        return new LogChunk(new TaskRef("p", run, task), 1, offset, 0, 1, text.getBytes(UTF_8));
    }

    private Path logs(int run) {
        return directory.resolve("p").resolve(Integer.toString(run));
    }

    @Test
    void shouldRemoveTheLogsOfAForgottenRunAndTakeNoMoreOfThem() throws IOException {
        try (var store = store();
                var logs = new ForgottenLogs(store, directory)) {
            store.append(List.of(chunk(1, 0, 0, "old"), chunk(1, 1_500, 0, "old"), chunk(2, 0, 0, "new")));

            forgotten.add("p#1");
            logs.forget("p", 1);

            await().atMost(PATIENCE).until(() -> !Files.exists(logs(1)));
            store.append(List.of(chunk(1, 0, 3, "late"), chunk(2, 0, 3, "er")));
            assertThat(logs(1)).doesNotExist();
            assertThat(store.size(new LogKey(new TaskRef("p", 2, 0), 1))).isEqualTo(5);
        }
    }

    @Test
    void shouldFindWhatACrashLeft() throws IOException {
        try (var store = store();
                var logs = new ForgottenLogs(store, directory)) {
            store.append(List.of(chunk(1, 0, 0, "old"), chunk(2, 0, 0, "new")));
            Files.writeString(directory.resolve("positions"), "x");

            logs.sweep((project, run) -> project.equals("p") && run == 1);

            await().atMost(PATIENCE).until(() -> !Files.exists(logs(1)));
            assertThat(logs(2)).isDirectory();
            assertThat(directory.resolve("positions")).exists();
        }
    }
}
