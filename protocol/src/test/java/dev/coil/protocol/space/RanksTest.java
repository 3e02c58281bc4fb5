package dev.coil.protocol.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RanksTest {

    private static final Requirement LINUX = Requirement.parse("os=linux");

    private final AtomicLong now = new AtomicLong();
    private final AtomicReference<List<WorkerInfo>> present =
            new AtomicReference<>(List.of(worker("me", "linux", false), worker("other", "linux", false)));
    private final Ranks ranks = new Ranks(present::get, now::get);

    private static WorkerInfo worker(String incarnation, String os, boolean draining) {
        return new WorkerInfo(
                incarnation, incarnation, incarnation, Attributes.of(Map.of("os", os)), 1, "test", 0, draining);
    }

    private static WorkerInfo workerOf(String gateway, String incarnation, String os) {
        return new WorkerInfo(
                incarnation, incarnation, incarnation, Attributes.of(Map.of("os", os)), 1, "test", 0, false, gateway);
    }

    private static ReadyTask task(int index, Priority priority) {
        return new ReadyTask(
                1,
                "demo",
                1,
                index,
                1,
                "0011223344556677",
                "t",
                Map.of(),
                LINUX,
                priority,
                Start.OPTIMISTIC,
                0,
                index,
                Source.none(),
                Action.script("true"),
                null,
                List.of());
    }

    private static List<ReadyTask> tasks(int count) {
        return IntStream.range(0, count).mapToObj(i -> task(i, Priority.NORMAL)).toList();
    }

    private List<ReadyTask> claimable(String me, List<ReadyTask> tasks) {
        var mine = new Ranks(present::get, now::get);
        tasks.forEach(task -> mine.take(task, me));
        return mine.claimable(tasks);
    }

    @Test
    void shouldGiveEachTaskToExactlyOneAtFirst() {
        var tasks = tasks(100);

        assertThat(claimable("me", tasks)).isNotEmpty().doesNotContainAnyElementsOf(claimable("other", tasks));
        assertThat(claimable("me", tasks).size() + claimable("other", tasks).size())
                .isEqualTo(100);
    }

    @Test
    void shouldGetAroundToTheTasksOfOthersAfterItsOwn() {
        var tasks = tasks(50);
        tasks.forEach(task -> ranks.take(task, "me"));
        var own = ranks.claimable(tasks);
        assertThat(ranks.millisToNext(500)).isLessThanOrEqualTo(Claimants.STEP_MILLIS + 1);

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(Claimants.STEP_MILLIS));

        assertThat(ranks.claimable(tasks)).hasSize(50).startsWith(own.toArray(ReadyTask[]::new));
        assertThat(ranks.millisToNext(500)).isEqualTo(500);
    }

    @Test
    void shouldPutPriorityBeforeRank() {
        var tasks = IntStream.range(0, 50)
                .mapToObj(i -> task(i, i < 25 ? Priority.HIGH : Priority.LOW))
                .toList();
        tasks.forEach(task -> ranks.take(task, "me"));

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(Claimants.STEP_MILLIS));

        assertThat(ranks.claimable(tasks))
                .hasSize(50)
                .extracting(ReadyTask::priority)
                .isSorted();
    }

    @Test
    void shouldNotWaitForThoseWhoDrainOrDoNotMatch() {
        present.set(List.of(
                worker("me", "linux", false), worker("drains", "linux", true), worker("differs", "freebsd", false)));

        assertThat(claimable("me", tasks(20))).hasSize(20);
    }

    @Test
    void shouldNotWaitForThoseWhoWent() {
        assertThat(claimable("me", tasks(20))).hasSizeLessThan(20);

        present.set(List.of(worker("me", "linux", false)));

        assertThat(claimable("me", tasks(20))).hasSize(20);
    }

    @Test
    void shouldComeFirstWhereThoseWhoDidHaveLeftATaskForLong() {
        var tasks = tasks(50);
        tasks.forEach(task -> ranks.take(task, "me"));
        assertThat(tasks.stream().filter(ranks::isFirst).toList()).isEqualTo(ranks.claimable(tasks));

        now.addAndGet(TimeUnit.SECONDS.toNanos(31));

        assertThat(tasks).allMatch(ranks::isFirst);
    }

    @Test
    void shouldLeaveTasksALittleLongerToOthersWhereItIsReluctant() {
        var tasks = tasks(50);
        tasks.forEach(task -> ranks.take(task, "me"));
        var own = ranks.claimable(tasks);
        assertThat(ranks.claimable(tasks, task -> 20)).isEmpty();
        assertThat(ranks.claimable(tasks, task -> task.equals(own.get(0)) ? 0 : 20))
                .containsExactly(own.get(0));
        assertThat(ranks.millisToNext(500, 20)).isLessThanOrEqualTo(Claimants.STEP_MILLIS + 1);

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(ranks.claimable(tasks, task -> 20)).isEqualTo(own);
        assertThat(ranks.millisToNext(500, 20)).isEqualTo(Claimants.STEP_MILLIS + 1);

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(Claimants.STEP_MILLIS));
        assertThat(ranks.claimable(tasks, task -> 20)).hasSize(50);
    }

    @Test
    void shouldNotBeReluctantWhereNobodyElseMatches() {
        present.set(List.of(worker("me", "linux", false), worker("differs", "freebsd", false)));
        var tasks = tasks(10);
        tasks.forEach(task -> ranks.take(task, "me"));

        assertThat(ranks.claimable(tasks, task -> 20)).hasSize(10);
    }

    @Test
    void shouldLeaveATaskThatWentWrongToOthersForAWhile() {
        var own = claimable("me", tasks(50)).get(0);
        ranks.take(own, "me");
        assertThat(ranks.claimable(List.of(own))).hasSize(1);

        ranks.avoid(own.ref());
        ranks.take(own, "me");
        assertThat(ranks.claimable(List.of(own))).isEmpty();
        now.addAndGet(TimeUnit.SECONDS.toNanos(29));
        assertThat(ranks.claimable(List.of(own))).isEmpty();
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(ranks.claimable(List.of(own))).hasSize(1);

        present.set(List.of(worker("me", "linux", false)));
        ranks.avoid(own.ref());
        ranks.take(own, "me");
        assertThat(ranks.claimable(List.of(own))).hasSize(1);
    }

    @Test
    void shouldCountTheWorkersOfAGatewayAsOne() {
        var fleet = new ArrayList<>(List.of(worker("me", "linux", false)));
        for (int i = 0; i < 1_000; i++) {
            fleet.add(workerOf("g1", "h" + i, "linux"));
        }
        present.set(fleet);
        var tasks = tasks(100);

        var mine = claimable("me", tasks);

        assertThat(mine).hasSizeBetween(25, 75).doesNotContainAnyElementsOf(claimable("g1", tasks));
        assertThat(claimable("g1", tasks)).hasSize(100 - mine.size());
    }

    @Test
    void shouldNotWaitForAGatewayOfWhichNoWorkerMatches() {
        present.set(List.of(worker("me", "linux", false), workerOf("g1", "h1", "freebsd")));

        assertThat(claimable("me", tasks(20))).hasSize(20);
        assertThat(Ranks.party(workerOf("g1", "h1", "freebsd"))).isEqualTo("g1");
        assertThat(Ranks.party(worker("me", "linux", false))).isEqualTo("me");
    }
}
