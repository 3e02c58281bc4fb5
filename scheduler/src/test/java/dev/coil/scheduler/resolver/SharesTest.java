package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ReadyTask;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who runs when, over minutes of a fleet where nothing goes wrong. */
class SharesTest {

    private static final long WINDOW_MILLIS = 20_000;

    private record Started(long at, ReadyTask task) {}

    private final List<Started> started = new ArrayList<>();
    private final ModelFleet fleet = fleet();

    private ModelFleet fleet() {
        var made = new ModelFleet(7, (worker, task) -> started.add(new Started(now(), task)));
        for (int i = 0; i < 4; i++) {
            made.addWorker(2, 4, 8);
        }
        return made;
    }

    private long now() {
        return fleet.now;
    }

    private void runUntil(long millis) {
        while (now() < millis) {
            fleet.tick();
        }
    }

    private static List<TaskSpec> tasks(int count, Priority priority) {
        return IntStream.range(0, count)
                .mapToObj(i -> Fold.task("t" + i).with().priority(priority).build())
                .toList();
    }

    private long firstOf(String project) {
        return started.stream()
                .filter(start -> start.task().project().equals(project))
                .mapToLong(Started::at)
                .min()
                .orElseThrow();
    }

    /** The seconds of slots that tasks have had that started in a span of time. */
    private double seconds(String project, long from, long to) {
        return started.stream()
                        .filter(start -> start.at() >= from && start.at() < to)
                        .filter(start -> start.task().project().equals(project))
                        .mapToLong(start -> fleet.millisOf(start.task()))
                        .sum()
                / 1_000.0;
    }

    private void print(String... projects) {
        for (long from = 0; from < now(); from += WINDOW_MILLIS) {
            var row = new TreeMap<String, Long>();
            for (var project : projects) {
                row.put(project, Math.round(seconds(project, from, from + WINDOW_MILLIS)));
            }
            System.out.printf("shares: from %3d s on, seconds of slots by project: %s%n", from / 1_000, row);
        }
    }

    @Test
    void shouldGiveProjectsTheSameTimeHoweverManyTasksTheyHaveAndHoweverLong() {
        fleet.slowness.put("flood", 3);
        fleet.submit("flood", tasks(300, Priority.NORMAL));
        runUntil(60_000);
        fleet.submit("small", tasks(250, Priority.NORMAL));
        runUntil(300_000);
        print("flood", "small");

        assertThat(firstOf("small"))
                .as("its first task starts as soon as a slot is free")
                .isLessThan(70_000);
        double flood = seconds("flood", 80_000, 280_000);
        double small = seconds("small", 80_000, 280_000);
        assertThat(small / (flood + small))
                .as("the part of the project with few tasks")
                .isCloseTo(0.5, within(0.08));
    }

    @Test
    void shouldStartWhatIsUrgentBeforeABacklogAndWhatIsNotAfterIt() {
        fleet.submit("low", tasks(60, Priority.LOW));
        fleet.submit("normal", tasks(300, Priority.NORMAL));
        runUntil(60_000);
        fleet.submit("urgent", tasks(40, Priority.HIGH));
        runUntil(160_000);
        print("low", "normal", "urgent");

        long first = firstOf("urgent");
        assertThat(first).isLessThan(63_000);
        var then = started.stream()
                .filter(start -> start.at() > first)
                .limit(35)
                .map(start -> start.task().project())
                .distinct()
                .toList();
        assertThat(then).as("who starts while there is something urgent").containsExactly("urgent");
        assertThat(started.stream().filter(start -> start.at() > 20_000).map(start -> start.task()
                        .project()))
                .as("who starts while others have something normal")
                .doesNotContain("low");
    }
}
