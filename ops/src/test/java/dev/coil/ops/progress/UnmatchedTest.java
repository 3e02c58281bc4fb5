package dev.coil.ops.progress;

import static dev.coil.ops.progress.Runs.run;
import static dev.coil.ops.progress.Runs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.Task;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.tuple.Attributes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnmatchedTest {

    private static final Attributes LINUX = Attributes.of(Map.of("os", "linux", "arch", "x86_64", "memory", "4000"));

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            arch=s390x os=linux;             1 task not run: no s390x worker (t)
            arch=x86_64 os=freebsd;          1 task not run: no freebsd worker (t)
            arch=aarch64 os=openbsd;         1 task not run: no openbsd-aarch64 worker (t)
            arch=riscv64|s390x os=linux;     1 task not run: no riscv64 or s390x worker (t)
            labels=quiet os=linux;           1 task not run: no worker with label quiet (t)
            labels=kvm,quiet;                1 task not run: no worker with label kvm and label quiet (t)
            memory>=8000;                    1 task not run: no worker with memory>=8000 (t)
            arch=s390x labels=quiet;         1 task not run: no s390x worker with label quiet (t)
            """)
    void shouldNameWhatTheNearestWorkerLacks(String requirement, String sentence) {
        assertThat(Unmatched.sentences(List.of(unmatched(requirement)), List.of(LINUX)))
                .containsExactly(sentence);
    }

    @Test
    void shouldCountTasksThatLackTheSame() {
        var tasks = List.of(
                unmatched("a", "arch=s390x os=linux"),
                unmatched("b", "arch=riscv64 os=linux"),
                unmatched("c", "arch=s390x os=linux"));

        assertThat(Unmatched.sentences(tasks, List.of(LINUX)))
                .containsExactly("2 tasks not run: no s390x worker (a, c)", "1 task not run: no riscv64 worker (b)");
    }

    @Test
    void shouldNameSomeOfManyTasks() {
        var tasks = Stream.of("a", "b", "c", "d", "e", "f")
                .map(name -> unmatched(name, "arch=s390x"))
                .toList();

        assertThat(Unmatched.sentences(tasks, List.of(LINUX)))
                .containsExactly("6 tasks not run: no s390x worker (a, b, c, d and 2 more)");
    }

    @Test
    void shouldCountWhatCouldBeTakenWithWhatItNeeds() {
        var tasks = List.of(
                unmatched("sign", "os=linux", "pack"),
                unmatched("build", "arch=s390x"),
                unmatched("pack", "any", "fetch", "build"));

        assertThat(Unmatched.sentences(tasks, List.of(LINUX)))
                .containsExactly("3 tasks not run: no s390x worker (sign, build, pack)");
    }

    @Test
    void shouldNameTheWholePlatformWhereThereIsNoWorker() {
        assertThat(Unmatched.sentences(List.of(unmatched("arch=s390x os=linux")), List.of()))
                .containsExactly("1 task not run: no linux-s390x worker (t)");
    }

    @Test
    void shouldSayNothingOfOtherSkippedTasks() {
        var skipped = task("fuzz").outcome(Outcome.SKIPPED).kind("CONDITION").at(0);

        assertThat(Unmatched.sentences(List.of(skipped), List.of(LINUX))).isEmpty();
    }

    private static Task unmatched(String requirement) {
        return unmatched("t", requirement);
    }

    private static Task unmatched(String name, String requirement, String... needs) {
        return run(task(name)
                        .requirement(requirement)
                        .outcome(Outcome.SKIPPED)
                        .kind("NO_WORKER")
                        .needs(needs))
                .tasks()
                .get(0);
    }
}
