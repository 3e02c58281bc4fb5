package dev.coil.protocol.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.TaskRef;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ClaimantsTest {

    private static final TaskRef TASK = new TaskRef("mylang", 17, 3);

    @Test
    void shouldLetALoneWorkerClaimAtOnce() {
        assertThat(Claimants.delayMillis(TASK, "a", List.of())).isZero();
        assertThat(Claimants.delayMillis(TASK, "a", List.of("a"))).isZero();
    }

    @Test
    void shouldGiveEachOfSeveralAnotherTurn() {
        var workers = List.of("a", "b", "c", "d", "e");

        var delays = workers.stream()
                .map(me -> Claimants.delayMillis(TASK, me, workers))
                .sorted()
                .toList();

        assertThat(delays).containsExactly(0L, 5L, 10L, 15L, 20L);
    }

    @Test
    void shouldNotMakeTheLastOfManyWaitForEver() {
        var workers = names(500);

        assertThat(workers).allSatisfy(me -> assertThat(Claimants.delayMillis(TASK, me, workers))
                .isLessThanOrEqualTo(100));
    }

    @Test
    void shouldSpreadFirstTurnsOverTheWorkers() {
        var workers = names(10);

        var wins = workers.stream()
                .map(me -> LongStream.range(0, 10_000)
                        .filter(task -> Claimants.delayMillis(new TaskRef("p", 1, (int) task), me, workers) == 0)
                        .count())
                .toList();

        assertThat(wins).allSatisfy(count -> assertThat(count).isBetween(700L, 1_300L));
        assertThat(wins.stream().mapToLong(Long::longValue).sum()).isEqualTo(10_000);
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "worker" + i).toList();
    }
}
