package dev.coil.protocol.graph.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.protocol.graph.parse.GraphParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            17 3 * * *        | 2026-01-01T03:17 2026-01-02T03:17 2026-01-03T03:17
            */20 12 * * *     | 2026-01-01T12:00 2026-01-01T12:20 2026-01-01T12:40
            0 9-17/4 * * *    | 2026-01-01T09:00 2026-01-01T13:00 2026-01-01T17:00
            0 0 * * MON-wed   | 2026-01-05T00:00 2026-01-06T00:00 2026-01-07T00:00
            0 0 * * 7         | 2026-01-04T00:00 2026-01-11T00:00 2026-01-18T00:00
            0 0 * * 0,6       | 2026-01-03T00:00 2026-01-04T00:00 2026-01-10T00:00
            0 0 13 * FRI      | 2026-01-02T00:00 2026-01-09T00:00 2026-01-13T00:00
            0 0 31 * *        | 2026-01-31T00:00 2026-03-31T00:00 2026-05-31T00:00
            0 0 29 feb *      | 2028-02-29T00:00 2032-02-29T00:00 2036-02-29T00:00
            0 0 30 2 SUN      | 2026-02-01T00:00 2026-02-08T00:00 2026-02-15T00:00
            @hourly           | 2026-01-01T01:00 2026-01-01T02:00 2026-01-01T03:00
            @daily            | 2026-01-02T00:00 2026-01-03T00:00 2026-01-04T00:00
            @weekly           | 2026-01-04T00:00 2026-01-11T00:00 2026-01-18T00:00
            @monthly          | 2026-02-01T00:00 2026-03-01T00:00 2026-04-01T00:00
            @yearly           | 2027-01-01T00:00 2028-01-01T00:00 2029-01-01T00:00
            """)
    void shouldBeDueWhenCrontabSays(String cron, String expected) {
        assertThat(due(cron, "UTC", "2026-01-01T00:00:00Z", 3)).isEqualTo(utc(expected));
    }

    @Test
    void shouldGoByTheClocksOfItsTimeZone() {
        assertThat(due("0 3 * * *", "Asia/Kolkata", "2026-01-01T00:00:00Z", 2))
                .isEqualTo(utc("2026-01-01T21:30 2026-01-02T21:30"));
        assertThat(due("0 3 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", 2))
                .isEqualTo(utc("2026-03-28T02:00 2026-03-29T01:00"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            30 2 * * *   | 2026-03-28T01:30 2026-03-29T01:00 2026-03-30T00:30
            */20 2 * * * | 2026-03-28T01:00 2026-03-28T01:20 2026-03-28T01:40 2026-03-29T01:00 2026-03-30T00:00
            0 2,3 * * *  | 2026-03-28T01:00 2026-03-28T02:00 2026-03-29T01:00 2026-03-30T00:00
            """)
    void shouldBeDueOnceAtTheEndOfAGapThatItFallsInto(String cron, String expected) {
        var all = utc(expected);

        assertThat(due(cron, "Europe/Berlin", "2026-03-28T00:00:00Z", all.size()))
                .isEqualTo(all);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            30 2 * * *   | 2026-10-25T00:30 2026-10-26T01:30
            */30 2 * * * | 2026-10-25T00:00 2026-10-25T00:30 2026-10-26T01:00
            0 * * * *    | 2026-10-24T23:00 2026-10-25T00:00 2026-10-25T02:00
            """)
    void shouldBeDueOnceWhereTheClocksShowItsTimeTwice(String cron, String expected) {
        var all = utc(expected);

        assertThat(due(cron, "Europe/Berlin", "2026-10-24T22:00:00Z", all.size()))
                .isEqualTo(all);
    }

    /** However often one asks, and whenever: no tick is lost or doubled. */
    @Test
    void shouldSayTheSameFromWhereverItIsAsked() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var zones = List.of(
                "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu");
        for (int i = 0; i < 200; i++) {
            var minute = random.nextBoolean() ? "*/" + (1 + random.nextInt(30)) : "" + random.nextInt(60);
            var schedule =
                    schedule(minute + " " + random.nextInt(5) + " * * *", zones.get(random.nextInt(zones.size())));
            var from = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(365 * 86_400));
            var next = schedule.next(from).orElseThrow();
            var between = from.plusSeconds(random.nextLong(next.getEpochSecond() - from.getEpochSecond()));

            assertThat(next).as("seed %d, %s", seed, schedule.key()).isAfter(from);
            assertThat(schedule.next(between))
                    .as("seed %d, %s", seed, schedule.key())
                    .contains(next);
            assertThat(schedule.next(next).orElseThrow())
                    .as("seed %d, %s", seed, schedule.key())
                    .isAfter(next);
        }
    }

    @Test
    void shouldComplainOfWhatIsNoScheduleAndOfNothingElse() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var parts = "0159*/-,LW#?@ANMJ99999999999 \t".toCharArray();
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(16); length > 0; length--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            var cron = text + (random.nextBoolean() ? " * * * *" : "");
            try {
                assertThat(schedule(cron, "UTC").next(Instant.EPOCH)).isPresent();
            } catch (TriggerException e) {
                assertThat(e.offset()).as("seed %d", seed).isBetween(0, cron.length());
            }
        }
    }

    @Test
    void shouldNotBeOneThatIsNeverDue() {
        assertThatThrownBy(() -> Cron.parse("0 0 30 2 *"))
                .isInstanceOfSatisfying(
                        TriggerException.class, e -> assertThat(e.offset()).isEqualTo(4))
                .hasMessage("this is never due: no month '2' has a day '30'");
    }

    @Test
    void shouldBeReadWithItsTasksAndKeepItsKey() {
        var schedules = GraphParser.parse(".coil.yml", """
                on:
                  schedule:
                    - {cron: "17  3 * * mon", tasks: [bench, "fuzz/*"], timezone: Europe/Berlin}
                    - cron: "@daily"
                tasks: {bench: {run: x}, fuzz/a: {run: x}}
                """).triggers().schedules();

        assertThat(schedules.get(0).tasks()).containsExactly("bench", "fuzz/*");
        assertThat(schedules)
                .extracting(Schedule::key)
                .containsExactly("17 3 * * MON Europe/Berlin bench fuzz/*", "0 0 * * * UTC");
    }

    private static Schedule schedule(String cron, String timezone) {
        return new Schedule(Cron.parse(cron), ZoneId.of(timezone), List.of());
    }

    private static List<Instant> due(String cron, String timezone, String after, int times) {
        var schedule = schedule(cron, timezone);
        var due = new ArrayList<Instant>();
        for (var last = Instant.parse(after); due.size() < times; due.add(last)) {
            last = schedule.next(last).orElseThrow();
        }
        return due;
    }

    private static List<Instant> utc(String times) {
        return List.of(times.split(" ")).stream()
                .map(time -> Instant.parse(time + ":00Z"))
                .toList();
    }
}
