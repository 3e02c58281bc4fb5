package dev.coil.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SleepTest {

    private final Sleep sleep = new Sleep(1_000_000);

    @Test
    void shouldAddUpThePausesThatNoRunningProcessMakes() {
        assertThat(sleep.look(1_000_050)).isZero();
        assertThat(sleep.look(4_600_050)).isEqualTo(3_600_000);
        assertThat(sleep.look(4_600_100)).isEqualTo(3_600_000);
        assertThat(sleep.look(4_660_100)).isEqualTo(3_660_000);
    }
}
