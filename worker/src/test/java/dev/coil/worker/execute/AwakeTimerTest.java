package dev.coil.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AwakeTimerTest {

    private long nanos;
    private final AwakeTimer timer = new AwakeTimer(Duration.ofSeconds(10), () -> nanos);

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void shouldBeOverAfterItsTime() {
        for (int i = 0; i < 9; i++) {
            pass(1);
            assertThat(timer.nanosLeft()).isPositive();
        }
        pass(1);

        assertThat(timer.nanosLeft()).isNotPositive();
    }

    @Test
    void shouldNotCountAnHourOfSleep() {
        pass(1);
        timer.nanosLeft();

        pass(3_600);

        assertThat(timer.nanosLeft()).isPositive();
    }
}
