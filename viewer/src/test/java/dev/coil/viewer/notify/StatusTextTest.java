package dev.coil.viewer.notify;

import static dev.coil.viewer.notify.Runs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.projection.RunState;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    private final Runs runs = new Runs();
    private final RunState run = runs.push(
            "mylang",
            17,
            "c0ffee",
            task("build"),
            task("test/linux-s390x"),
            task("lint"),
            task("doc"),
            task("pack"),
            task("bench", "", true));

    private String text() {
        return StatusText.state(run.head()) + " " + StatusText.description(run, run.head());
    }

    @Test
    void shouldSayThatNothingHasBegun() {
        assertThat(text()).isEqualTo("PENDING waiting: 0 of 6 tasks done");
    }

    @Test
    void shouldSayWhatARunWaitsFor() {
        runs.events.tell(new Event.RunQueued("mylang", 17, "deploy", 16));

        assertThat(text())
                .isEqualTo("PENDING waits for a place in the concurrency group 'deploy', which mylang#16 has");
    }

    @Test
    void shouldSayHowFarARunIs() {
        runs.events.done(run, 0, Outcome.SUCCESS);

        assertThat(text()).isEqualTo("RUNNING running: 1 of 6 tasks done");
    }

    @Test
    void shouldSayThatAllPassed() {
        runs.whole(run, Outcome.SUCCESS);

        assertThat(text()).isEqualTo("SUCCESS passed: 6 tasks in 20 s");
    }

    @Test
    void shouldSayWhatElseThereWasWhenItPassed() {
        for (int task = 0; task < 4; task++) {
            runs.events.done(run, task, Outcome.SUCCESS);
        }
        runs.events.skipped(run, 4, EndKind.CONDITION);
        runs.known(run, Outcome.SUCCESS);
        assertThat(text()).isEqualTo("SUCCESS passed: all that must, 5 of 6 tasks done");

        runs.events.done(run, 5, Outcome.TIMEOUT);
        runs.finish(run, Outcome.SUCCESS);
        assertThat(text()).isEqualTo("SUCCESS passed: 4 tasks in 18 s, 1 that may fail did, 1 not run");
    }

    @Test
    void shouldNameTheFirstThatFailed() {
        runs.events.done(run, 1, Outcome.FAILURE);
        runs.events.done(run, 2, Outcome.FAILURE);
        runs.known(run, Outcome.FAILURE);
        assertThat(text()).isEqualTo("FAILURE failed: 2 of 6 tasks: test/linux-s390x, lint");

        runs.events.done(run, 3, Outcome.FAILURE);
        runs.events.done(run, 4, Outcome.TIMEOUT);
        assertThat(text()).isEqualTo("FAILURE failed: 4 of 6 tasks: test/linux-s390x, lint, doc and 1 more");
    }

    @Test
    void shouldTellErrorsTimeoutsAndCancelsFromFailures() {
        runs.events.done(run, 1, Outcome.ERROR);
        runs.known(run, Outcome.ERROR);
        assertThat(text()).isEqualTo("ERROR error: 1 of 6 tasks: test/linux-s390x");
        runs.known(run, Outcome.TIMEOUT);
        assertThat(text()).isEqualTo("FAILURE timed out: 1 of 6 tasks: test/linux-s390x");
        runs.known(run, Outcome.CANCELLED);
        assertThat(text()).isEqualTo("CANCELLED cancelled: 1 of 6 tasks done");
        runs.known(run, Outcome.SKIPPED);
        assertThat(text()).isEqualTo("SUCCESS skipped: none of 6 tasks was run");
    }

    @Test
    void shouldSayTimesAsPeopleDo() {
        assertThat(Words.span(12_000)).isEqualTo("12 s");
        assertThat(Words.span(192_999)).isEqualTo("3 min 12 s");
        assertThat(Words.span(7_500_000)).isEqualTo("2 h 5 min");
        assertThat(Words.span(-1)).isEqualTo("0 s");
        assertThat(Words.tasks(1)).isEqualTo("1 task");
    }
}
