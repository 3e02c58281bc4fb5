package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.trying;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private static final long HOUR = 3_600_000;

    @Test
    void shouldGoWithTheBrokersClock() {
        assertThat(Timeline.next(0, 0, 1_000)).isEqualTo(1_000);
        assertThat(Timeline.next(1_000, 1_000, HOUR)).isEqualTo(HOUR);
    }

    @Test
    void shouldStandStillWhileASmallStepBackIsMadeUpFor() {
        assertThat(Timeline.next(10_000, 10_000, 9_000)).isEqualTo(10_000);
        assertThat(Timeline.next(10_000, 9_000, 9_500)).isEqualTo(10_000);
    }

    @Test
    void shouldGoOnByWhatPassesAfterAGreatStepBackAndReturnWithoutAJump() {
        long now = 2 * HOUR;
        now = Timeline.next(now, 2 * HOUR, HOUR);
        assertThat(now).isEqualTo(2 * HOUR);
        now = Timeline.next(now, HOUR, HOUR + 60_000);
        assertThat(now).isEqualTo(2 * HOUR + 60_000);

        assertThat(Timeline.next(now, HOUR + 60_000, 2 * HOUR + 59_000)).isEqualTo(now);
        assertThat(Timeline.next(now, HOUR + 60_000, 2 * HOUR + 61_000)).isEqualTo(2 * HOUR + 61_000);
    }

    @Test
    void shouldEndAPauseThoughTheClockIsAnHourSlow() {
        var fold = new Fold();
        fold.now = 2 * HOUR;
        fold.submit("a", false, trying(task("flaky"), 1, 0, 0));
        fold.now = HOUR;
        fold.run(0, Outcome.FAILURE);
        assertThat(fold.space).isEmpty();

        fold.now += 1_000;
        fold.ahead = HOUR;
        fold.fireTimers();

        assertThat(fold.space).containsOnlyKeys(new TaskRef("p", 1, 0));
    }
}
