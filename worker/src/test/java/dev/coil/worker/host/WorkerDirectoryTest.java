package dev.coil.worker.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerDirectoryTest {

    @TempDir
    Path path;

    @Test
    void shouldBeTheSameWorkerAfterARestart() throws Exception {
        String first;
        try (var directory = WorkerDirectory.open(path)) {
            first = directory.workerId();
        }

        try (var directory = WorkerDirectory.open(path)) {
            assertThat(directory.workerId()).isEqualTo(first).matches("[0-9a-f]{16}");
        }
    }

    @Test
    void shouldRefuseASecondWorkerWithOneClearError() throws Exception {
        try (var directory = WorkerDirectory.open(path)) {
            assertThatThrownBy(() -> WorkerDirectory.open(path))
                    .isInstanceOf(DirectoryInUse.class)
                    .hasMessageContaining(directory.path().toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("a directory of its own");
        }
    }

    @Test
    void shouldRememberSessionsForASuccessor() throws Exception {
        try (var directory = WorkerDirectory.open(path)) {
            directory.noteIncarnation("aa");
            directory.noteIncarnation("bb");
        }

        try (var directory = WorkerDirectory.open(path)) {
            assertThat(WorkerDirectory.incarnations(directory.path())).containsExactly("aa", "bb");
            directory.forgetIncarnations();
            assertThat(WorkerDirectory.incarnations(directory.path())).isEmpty();
        }
    }
}
