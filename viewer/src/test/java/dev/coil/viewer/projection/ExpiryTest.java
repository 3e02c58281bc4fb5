package dev.coil.viewer.projection;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.graph.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    private static final long HOUR = 3_600_000;

    private static long expiresAt(RunState run) {
        return run.expiresAt(0, run.task(0).latestAttempt(), "dist");
    }

    private static RunState done(Events events, int number) {
        var run = events.run("p", number, task("build"));
        events.done(run, 0, Outcome.SUCCESS);
        return run;
    }

    @Test
    void shouldKeepArtifactsAsLongAsTheirRuns() {
        var run = done(new Events(new Projection()), 1);

        assertThat(expiresAt(run)).isEqualTo(ArtifactRetention.NEVER);
    }

    @Test
    void shouldTellWhenAnArtifactIsTooOld() {
        var run = done(new Events(new Projection(new ArtifactRetention(0, Duration.ofHours(1)))), 1);

        assertThat(expiresAt(run)).isEqualTo(run.task(0).latestAttempt().finishedAt() + HOUR);
    }

    @Test
    void shouldTellWhenARunCeasedToBeOneOfTheNewest() {
        var events = new Events(new Projection(new ArtifactRetention(2, Duration.ZERO)));
        var first = done(events, 1);
        done(events, 2);
        assertThat(expiresAt(first)).isEqualTo(ArtifactRetention.NEVER);

        var third = done(events, 3);
        done(events, 4);

        assertThat(expiresAt(first)).isEqualTo(third.createdAt());
        assertThat(expiresAt(third)).isEqualTo(ArtifactRetention.NEVER);
    }
}
