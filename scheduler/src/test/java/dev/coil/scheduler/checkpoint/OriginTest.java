package dev.coil.scheduler.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.scheduler.checkpoint.Origin.Events;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a store is made anew of. */
class OriginTest {

    private final Checkpoint older = checkpoint(100, 250);
    private final Checkpoint newer = checkpoint(200, 500);

    private static Checkpoint checkpoint(long position, long lastEvent) {
        var id = new CheckpointId(position, 1, 1);
        return new Checkpoint(new Manifest(id, 0, lastEvent, 4, "cluster", "topic", 1, 1, 1, ""), 0, 1, "");
    }

    @Test
    void shouldBeTheNewestCheckpoint() {
        assertThat(Origin.choose(List.of(older, newer), 99, new Events(600, false)))
                .contains(new Origin(newer));
    }

    @Test
    void shouldBeAnOlderOneWhereTheNewestIsOfNoUse() {
        assertThat(Origin.choose(List.of(older, newer.flawed("damaged")), 99, new Events(600, false)))
                .contains(new Origin(older));
    }

    @Test
    void shouldBeOneWhoseEventsAreAllInTheirLog() {
        assertThat(Origin.choose(List.of(older, newer), 99, new Events(499, false)))
                .contains(new Origin(older));
        assertThat(Origin.choose(List.of(older, newer), 0, new Events(249, false)))
                .contains(new Origin(null));
        assertThat(Origin.choose(List.of(older, newer), 99, new Events(249, false)))
                .isEmpty();
    }

    @Test
    void shouldBeTheOldestWhereAllEventsAreToBeToldAnew() {
        assertThat(Origin.choose(List.of(older, newer), 99, new Events(0, true)))
                .contains(new Origin(older));
        assertThat(Origin.choose(List.of(older, newer), 0, new Events(0, true))).contains(new Origin(null));
    }

    @Test
    void shouldBeAllCommandsWhereThereIsNoCheckpointAndTheyAreThere() {
        assertThat(Origin.choose(List.of(newer.flawed("damaged")), 0, new Events(600, false)))
                .contains(new Origin(null));
        assertThat(Origin.choose(List.of(newer.flawed("damaged")), 99, new Events(600, false)))
                .isEmpty();
    }
}
