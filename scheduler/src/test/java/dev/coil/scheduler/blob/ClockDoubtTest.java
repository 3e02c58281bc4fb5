package dev.coil.scheduler.blob;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockDoubtTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long START = 1_000 * DAY;

    private final ClockDoubt doubt = new ClockDoubt();

    @Test
    void shouldBelieveAClockThatGoesOn() {
        for (long passed = 0; passed < 3 * DAY; passed += MINUTE) {
            assertThat(doubt.isBelieved(START + passed, passed, START)).isTrue();
        }
    }

    @Test
    void shouldWaitAnHourAfterAJump() {
        doubt.isBelieved(START, 0, START);

        assertThat(doubt.isBelieved(START + 40 * DAY, MINUTE, START)).isFalse();
        assertThat(doubt.isBelieved(START + 40 * DAY + HOUR - MINUTE, HOUR, START))
                .isFalse();
        assertThat(doubt.isBelieved(START + 40 * DAY + HOUR, HOUR + MINUTE, START))
                .isTrue();
    }

    @Test
    void shouldGoOnWhenTheClockWasSetRight() {
        doubt.isBelieved(START, 0, START);
        doubt.isBelieved(START + 40 * DAY, MINUTE, START);

        assertThat(doubt.isBelieved(START + 2 * MINUTE, 2 * MINUTE, START)).isTrue();
    }

    @Test
    void shouldWaitAnHourAfterAStartLongAfterTheLastEvent() {
        assertThat(doubt.isBelieved(START + 2 * DAY, 0, START)).isFalse();
        assertThat(doubt.isBelieved(START + 2 * DAY + HOUR, HOUR, START)).isTrue();
    }
}
