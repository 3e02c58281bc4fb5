package dev.coil.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.worker.Tasks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskEnvironmentTest {

    private static final Map<String, String> INHERITED =
            Map.of("PATH", "/bin", "HOME", "/home/ci", "LANG", "C.UTF-8", "SSH_AUTH_SOCK", "/secret", "EDITOR", "vi");

    private static Map<String, String> environment(Map<String, String> taskEnv, int slots) {
        var action = new Action(
                "true",
                null,
                "sh",
                taskEnv,
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
        var source = new Source("c0ffee", "refs/heads/main", "push", "beef", "", "");
        return TaskEnvironment.of(
                Tasks.ready(source, action, null, List.of()),
                new ClaimId("aa", 5),
                INHERITED,
                "build7",
                Attributes.of(Map.of("os", "linux", "arch", "s390x", "cpus", "8")),
                slots,
                "http://node:8080");
    }

    @Test
    void shouldTellATaskWhereItIs() {
        var environment = environment(Map.of(), 1);

        assertThat(environment)
                .containsEntry("CI", "true")
                .containsEntry("COIL", "true")
                .containsEntry("COIL_PROJECT", "demo")
                .containsEntry("COIL_RUN", "7")
                .containsEntry("COIL_TASK", "test/linux/1")
                .containsEntry("COIL_ATTEMPT", "2")
                .containsEntry("COIL_COMMIT", "c0ffee")
                .containsEntry("COIL_BASE_SHA", "beef")
                .containsEntry("COIL_REF", "refs/heads/main")
                .containsEntry("COIL_EVENT", "push")
                .containsEntry("COIL_CPUS", "8")
                .containsEntry("COIL_WORKER", "build7")
                .containsEntry("COIL_OS", "linux")
                .containsEntry("COIL_ARCH", "s390x")
                .containsEntry("COIL_URL", "http://node:8080")
                .containsEntry("COIL_MATRIX_PY_VERSION", "3.10");
        assertThat(environment.get("TRACEPARENT")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    }

    @Test
    void shouldInheritNothingThatIsNotNamed() {
        assertThat(environment(Map.of(), 1))
                .containsEntry("HOME", "/home/ci")
                .containsEntry("LANG", "C.UTF-8")
                .doesNotContainKeys("SSH_AUTH_SOCK", "EDITOR", "TMPDIR");
    }

    @Test
    void shouldLetTheTaskHaveTheLastWordButOnItsMarker() {
        assertThat(environment(Map.of("PATH", "/opt/bin", "COIL_CLAIM", "none"), 1))
                .containsEntry("PATH", "/opt/bin")
                .containsEntry("COIL_CLAIM", "aa-5");
    }

    @Test
    void shouldShareTheCpusAmongTheSlots() {
        assertThat(environment(Map.of(), 3)).containsEntry("COIL_CPUS", "2");
        assertThat(environment(Map.of(), 100)).containsEntry("COIL_CPUS", "1");
    }
}
