package dev.coil.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollWaitTest {

    private final PollWait wait = new PollWait();

    @Test
    void shouldAskForLessWhereRequestsAreCut() {
        assertThat(wait.brokeOff(Duration.ofSeconds(9))).isTrue();
        assertThat(wait.get()).isEqualTo(PollWait.USUAL);
        assertThat(wait.brokeOff(Duration.ofSeconds(9))).isTrue();

        assertThat(wait.get()).isEqualTo(Duration.ofSeconds(6));
        wait.answered();
        assertThat(wait.get()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void shouldNotTakeANodeThatIsStartedAgainForACut() {
        for (int i = 0; i < 5; i++) {
            assertThat(wait.brokeOff(Duration.ofSeconds(9))).isTrue();
            wait.answered();
        }

        assertThat(wait.get()).isEqualTo(PollWait.USUAL);
    }

    @Test
    void shouldNotTakeANodeThatIsAwayForACut() {
        assertThat(wait.brokeOff(Duration.ofMillis(20))).isFalse();
        assertThat(wait.brokeOff(Duration.ofMillis(20))).isFalse();

        assertThat(wait.get()).isEqualTo(PollWait.USUAL);
    }

    @Test
    void shouldNotAskForMoreBecauseARequestLastedLong() {
        wait.brokeOff(Duration.ofSeconds(3));
        wait.brokeOff(Duration.ofSeconds(3));
        wait.brokeOff(Duration.ofSeconds(40));

        assertThat(wait.get()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void shouldTryLongerWaitsAgainAfterManyAnswers() {
        wait.brokeOff(Duration.ofSeconds(3));
        wait.brokeOff(Duration.ofSeconds(3));
        for (int i = 0; i < 19; i++) {
            wait.answered();
        }
        assertThat(wait.get()).isEqualTo(Duration.ofSeconds(2));

        wait.answered();
        assertThat(wait.get()).isEqualTo(Duration.ofSeconds(4));
        for (int i = 0; i < 100; i++) {
            wait.answered();
        }
        assertThat(wait.get()).isEqualTo(PollWait.USUAL);
    }
}
