package dev.coil.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogClockTest {

    private static final long HOUR = TimeUnit.HOURS.toMillis(1);

    private long machine = 10 * HOUR;
    private long nanos;
    private final LogClock clock = new LogClock(() -> machine, () -> nanos);

    private void pass(long millis) {
        machine += millis;
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void shouldGoOnWhenTheMachinesClockIsSetBack() {
        pass(500);
        long before = clock.getAsLong();

        machine -= HOUR;
        assertThat(clock.getAsLong()).isEqualTo(before);

        pass(2_000);
        assertThat(clock.getAsLong()).isEqualTo(before + 2_000);
    }

    @Test
    void shouldFollowTheMachinesClockAgainWhenThatHasCaughtUp() {
        machine -= HOUR;
        clock.getAsLong();

        machine += HOUR + 5_000;

        assertThat(clock.getAsLong()).isEqualTo(machine);
    }

    @Test
    void shouldFollowTheMachinesClockForwardAsAfterASleep() {
        machine += HOUR;

        assertThat(clock.getAsLong()).isEqualTo(machine);
    }

    @Test
    void shouldWaitForAClockThatIsCorrectedALittle() {
        pass(1_000);
        long before = clock.getAsLong();

        machine -= 300;
        assertThat(clock.getAsLong()).isEqualTo(before);

        pass(400);
        assertThat(clock.getAsLong()).isEqualTo(before + 100).isEqualTo(machine);
    }
}
