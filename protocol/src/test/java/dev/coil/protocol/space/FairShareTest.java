package dev.coil.protocol.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A worker with one slot, by a clock of its own. */
class FairShareTest {

    private final FairShare shares = new FairShare();
    private final Map<String, Double> seconds = new HashMap<>();

    /** Runs the tasks of whoever is due, for so long; each project's tasks take so many seconds. */
    private void run(double time, Map<String, Double> projects) {
        for (double left = time; left > 0; ) {
            var due = projects.keySet().stream()
                    .sorted()
                    .min(java.util.Comparator.comparingDouble(shares::of))
                    .orElseThrow();
            double took = projects.get(due);
            shares.take(due, 1);
            shares.end(due, 1, took);
            seconds.merge(due, took, Double::sum);
            left -= took;
        }
    }

    @Test
    void shouldGiveProjectsTheSameTimeHoweverLongTheirTasksAre() {
        run(3_000, Map.of("long", 10.0, "middle", 1.0, "short", 0.1));

        assertThat(seconds.values()).allSatisfy(had -> assertThat(had).isCloseTo(1_000, within(25.0)));
    }

    @Test
    void shouldNotMakeANewcomerWaitNorLetItMakeUpForWhatItDidNotWant() {
        run(10_000, Map.of("flood", 1.0));
        seconds.clear();

        run(100, Map.of("flood", 1.0, "late", 1.0));

        assertThat(seconds.get("late")).isCloseTo(50, within(2.0));
    }

    @Test
    void shouldLetAProjectThatWasAwayComeBackLevel() {
        run(100, Map.of("a", 1.0, "b", 1.0));
        run(1_000, Map.of("a", 1.0));
        seconds.clear();

        run(100, Map.of("a", 1.0, "b", 1.0));

        assertThat(List.copyOf(seconds.values()))
                .allSatisfy(had -> assertThat(had).isCloseTo(50, within(2.0)));
    }
}
