package dev.coil.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseTest {

    /** A worker may send a log again, as after a restart of its node, but not for ever, and not byte by byte. */
    @Test
    void shouldBoundWhatIsWrittenOfALog() {
        var twice = new Lease(null, null, false);
        for (int i = 0; i < 2 * 64; i++) {
            assertThat(twice.mayWrite(1 << 20)).isTrue();
        }
        assertThat(twice.mayWrite(4 << 20)).isFalse();

        var pieces = new Lease(null, null, true);
        long written = 0;
        while (pieces.mayWrite(1)) {
            written++;
        }
        assertThat(written).isBetween(2_000_000L, 2_200_000L);
    }
}
