package dev.coil.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import dev.coil.scheduler.trigger.TriggerRecord.Timetable;
import dev.coil.scheduler.trigger.TriggerRecord.Tip;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimekeeperTest {

    private static final String COMMIT = "1".repeat(40);

    private final TriggerState state = new TriggerState();
    private final FoldedAtOnce writer = new FoldedAtOnce(state);
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private Timekeeper keeper = keeper();

    private Timekeeper keeper() {
        return new Timekeeper("mylang"::equals, state, writer, () -> true, () -> now);
    }

    private void timetable(String... crons) {
        var entries = List.of(crons).stream()
                .map(cron -> new Timetable.Entry(cron, "UTC", List.of("bench")))
                .toList();
        writer.write(new Timetable("mylang", "refs/heads/main", COMMIT, now.toEpochMilli(), entries));
    }

    private List<Seen> seenAfter(String time) throws Exception {
        now = Instant.parse(time);
        keeper.lookOnce();
        return state.latest("mylang", 100);
    }

    @Test
    void shouldSeeEachTimeOnce() throws Exception {
        timetable("17 3 * * *");

        assertThat(seenAfter("2026-03-02T03:16:59Z")).isEmpty();
        assertThat(seenAfter("2026-03-02T03:17:00Z")).hasSize(1);
        assertThat(seenAfter("2026-03-02T03:17:01Z")).hasSize(1);
        assertThat(seenAfter("2026-03-03T03:17:30Z")).hasSize(2);
    }

    @Test
    void shouldWantTheTasksOfTheScheduleOnTheBranchAsItIsThen() throws Exception {
        timetable("@daily");
        writer.write(new Tip("mylang", "refs/heads/main", "2".repeat(40), now.toEpochMilli()));

        assertThat(seenAfter("2026-03-02T00:00:00Z").get(0).change())
                .isEqualTo(Change.schedule("refs/heads/main", "2".repeat(40), List.of("bench")));
    }

    @Test
    void shouldMakeUpOnceForWhatCameWhileNobodyWasThere() throws Exception {
        timetable("0 * * * *");
        assertThat(seenAfter("2026-03-01T13:00:00Z")).hasSize(1);

        keeper = keeper();
        assertThat(seenAfter("2026-03-04T12:30:00Z")).hasSize(2);
        assertThat(seenAfter("2026-03-04T12:59:59Z")).hasSize(2);
        assertThat(seenAfter("2026-03-04T13:00:00Z")).hasSize(3);
    }

    @Test
    void shouldNotSeeATimeTwiceIfTheClockIsSetBack() throws Exception {
        timetable("0 * * * *");
        assertThat(seenAfter("2026-03-01T14:00:00Z")).hasSize(1);

        assertThat(seenAfter("2026-03-01T12:59:00Z")).hasSize(1);
        assertThat(seenAfter("2026-03-01T13:00:00Z")).hasSize(1);
        assertThat(seenAfter("2026-03-01T14:00:00Z")).hasSize(1);
        assertThat(seenAfter("2026-03-01T15:00:00Z")).hasSize(2);
    }

    @Test
    void shouldSeeATimeOnceThoughItsTickWasNotWrittenDown() throws Exception {
        timetable("0 * * * *");
        writer.failAt = "tick/";
        seenAfter("2026-03-01T13:00:00Z");
        writer.failAt = "nothing";

        keeper = keeper();
        assertThat(seenAfter("2026-03-01T13:00:01Z")).hasSize(1);
    }

    @Test
    void shouldNotWaitForATimeThatAClockWroteWhichWasFarAhead() throws Exception {
        timetable("0 * * * *");
        assertThat(seenAfter("2046-03-01T13:00:00Z")).hasSize(1);

        assertThat(seenAfter("2026-03-01T14:30:00Z")).hasSize(1);
        assertThat(seenAfter("2026-03-01T15:00:00Z")).hasSize(2);
    }

    @Test
    void shouldBeginAnewWithASchedule() throws Exception {
        timetable("0 * * * *");
        seenAfter("2026-03-01T13:00:00Z");
        now = Instant.parse("2026-03-05T12:00:00Z");
        timetable("30 * * * *");

        assertThat(seenAfter("2026-03-05T12:29:00Z")).hasSize(1);
        assertThat(seenAfter("2026-03-05T12:30:00Z")).hasSize(2);
    }

    @Test
    void shouldLookAtProjectsThatAreSetUpOnly() throws Exception {
        writer.write(new Timetable(
                "other",
                "refs/heads/main",
                COMMIT,
                now.toEpochMilli(),
                List.of(new Timetable.Entry("* * * * *", "UTC", List.of()))));
        seenAfter("2026-03-01T13:00:00Z");

        assertThat(state.latest("other", 100)).isEmpty();
    }
}
