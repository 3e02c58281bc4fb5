package dev.coil.protocol.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.parse.GraphParser;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Large graphs are planned in seconds, too large ones refused at once. The bounds are far above what is usual, for slow machines. */
class LargeGraphsTest {

    private static final Duration SECONDS = Duration.ofSeconds(60);

    @Test
    void shouldPlanAHundredThousandTasks() {
        var text = new StringBuilder("tasks:\n  t0: {run: echo 0}\n");
        for (int i = 1; i < 100_000; i++) {
            text.append("  t")
                    .append(i)
                    .append(": {run: echo ")
                    .append(i)
                    .append(", needs: [t")
                    .append(i / 2)
                    .append("]}\n");
        }

        var plan = within(() -> plan(text.toString()));

        assertThat(plan.tasks()).hasSize(100_000);
    }

    @Test
    void shouldJoinTenMatricesOfTenThousand() {
        var axis = values(100);
        var text = new StringBuilder("tasks:\n");
        for (int i = 0; i < 10; i++) {
            text.append("  t")
                    .append(i)
                    .append(": {run: x, matrix: {a: ")
                    .append(axis)
                    .append(", b: ")
                    .append(axis)
                    .append('}');
            text.append(i == 0 ? "}\n" : ", needs: t" + (i - 1) + "}\n");
        }

        var plan = within(() -> plan(text.toString()));

        assertThat(plan.tasks()).hasSize(100_000);
        assertThat(plan.tasks().get(99_999).needs()).hasSize(1);
    }

    @Test
    void shouldPlanALongChain() {
        var text = new StringBuilder("tasks:\n");
        for (int i = 0; i < 20_000; i++) {
            text.append("  t")
                    .append(i)
                    .append(": {run: x, needs: t")
                    .append(i + 1)
                    .append("}\n");
        }
        text.append("  t20000: {run: x}\n");

        var plan = within(() -> plan(text.toString()));

        assertThat(plan.tasks().get(0).name()).isEqualTo("t20000");
    }

    @Test
    void shouldFindALongCycle() {
        var text = new StringBuilder("tasks:\n");
        for (int i = 0; i < 20_000; i++) {
            text.append("  t")
                    .append(i)
                    .append(": {run: x, needs: t")
                    .append((i + 1) % 20_000)
                    .append("}\n");
        }

        assertThat(within(() -> message(text.toString())))
                .contains("20000 tasks need each other: t0 -> t1 -> t2")
                .contains("more … -> t19999 -> t0");
    }

    @Test
    void shouldLetOneTaskWaitForAllOthers() {
        var text = new StringBuilder("tasks:\n  all: {needs: '*'}\n");
        for (int i = 0; i < 50_000; i++) {
            text.append("  t").append(i).append(": {run: x}\n");
        }

        var plan = within(() -> plan(text.toString()));

        assertThat(plan.tasks().get(50_000).needs()).hasSize(50_000);
    }

    @Test
    void shouldRefuseMoreThanTenThousandInstances() {
        assertThat(message("tasks: {a: {run: x, matrix: {v: " + values(10_001) + "}}}"))
                .isEqualTo(
                        ".coil.yml:1:29: this matrix has 10,001 instances, at most 10,000 are allowed (split it into several tasks)");
        var axis = values(1_000);
        assertThat(message("tasks: {a: {run: x, matrix: {a: " + axis + ", b: " + axis + ", c: " + axis + ", d: " + axis
                        + "}}}"))
                .isEqualTo(
                        ".coil.yml:1:29: this matrix has more than 2,000,000,000 instances, at most 10,000 are allowed"
                                + " (split it into several tasks)");
    }

    @Test
    void shouldRefuseABarrierOfTooManyEdges() {
        var axis = values(10_000);
        var message = within(() -> message("tasks:\n  a: {run: x, matrix: {v: " + axis
                + "}}\n  b: {run: x, matrix: {w: " + axis + "}, needs: a}"));

        assertThat(message).contains("more than 2,000,000 edges").contains("let a task without a matrix wait");
    }

    @Test
    void shouldPlanTheMostTasks() {
        var plan = within(() -> plan(matrices(20, "")));

        assertThat(plan.tasks()).hasSize(200_000);
    }

    @Test
    void shouldRefuseMoreTasksThanThat() {
        var message = within(() -> message(matrices(20, "  one: {run: x}\n")));

        assertThat(message).startsWith(".coil.yml:23:3: with this task the run has more than 200,000 tasks");
    }

    @Test
    void shouldRefuseAMillionTasksBeforeTheyAreAllRead() {
        var text = "tasks:\n" + "  t: {run: x}\n".repeat(300_000) + "this is no YAML: [";

        assertThat(within(() -> message(text)))
                .startsWith(".coil.yml:200002:3: with this task the run has more than 200,000 tasks");
    }

    @Test
    void shouldRefuseMoreValuesThanMemoryHolds() {
        var text = "x-a: [" + "x,".repeat(5_000_000) + "]\ntasks: {a: {run: x}}";

        assertThat(within(() -> message(text))).contains("more than 5,000,000 keys and values");
    }

    @Test
    void shouldFindWhatThousandsOfGlobsMean() {
        var text = new StringBuilder("tasks:\n");
        for (int i = 0; i < 50_000; i++) {
            text.append("  g").append(i / 10).append("/t").append(i % 10).append(": {run: x}\n");
        }
        for (int i = 0; i < 5_000; i++) {
            text.append("  all").append(i).append(": {needs: 'g").append(i).append("/*'}\n");
        }

        var plan = within(() -> plan(text.toString()));

        assertThat(plan.tasks().get(54_999).needs()).hasSize(10);
    }

    /** Tasks of 10,000 instances each, from line 3 on. */
    private static String matrices(int count, String more) {
        var axis = values(100);
        var text = new StringBuilder("x-m: &m {a: " + axis + ", b: " + axis + "}\ntasks:\n");
        for (int i = 0; i < count; i++) {
            text.append("  t").append(i).append(": {run: x, matrix: *m}\n");
        }
        return text + more;
    }

    private static String values(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    private static Plan plan(String text) {
        return Planner.plan(GraphParser.parse(".coil.yml", text), PlanContext.manual("project"));
    }

    private static String message(String text) {
        var thrown = new AtomicReference<String>();
        assertThatExceptionOfType(GraphException.class)
                .isThrownBy(() -> plan(text))
                .satisfies(e -> thrown.set(e.getMessage()));
        return thrown.get();
    }

    private static <T> T within(Supplier<T> work) {
        return Assertions.assertTimeoutPreemptively(SECONDS, work::get);
    }
}
