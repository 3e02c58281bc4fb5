package dev.coil.viewer.why;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Outcome;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** When a task will start, by how long its like took. */
class EstimateTest extends WhyFixture {

    @Test
    void shouldEstimateByHowLongTheLikeOfWhatIsBeforeTook() {
        var past = events.run("p", 1, task("build"));
        workers(worker("a", false));
        claimed(past, 0, "a");
        long claimedAt = events.now();
        while (events.now() < claimedAt + 59_000) {
            workers(worker("a", false));
        }
        events.finished(past, 0, 1, Outcome.SUCCESS, 0);
        var run = events.run("p", 2, task("build"), task("mine"));
        var other = events.run("p", 3, task("build"));
        claimed(run, 0, "a");
        events.ready(other, 0, 1);
        events.ready(run, 1, 1);

        // 60 s for the one before, and what is left of the 60 s of the one that runs since 2 s.
        assertThat(why(run, 1).startsInMillis()).isEqualTo(60_000 + 58_000);
        assertThat(why(other, 0).startsInMillis()).isEqualTo(58_000);
    }

    @Test
    void shouldEstimateWhenItsNeedsWillHaveEnded() {
        workers(worker("a", false));
        var past = events.run("p", 1, task("build"), task("test", 0), task("publish", 1));
        took(past, 0, 20);
        took(past, 1, 40);
        var run = events.run("p", 2, task("build"), task("test", 0), task("publish", 1), task("new"), task("last", 3));
        claimed(run, 0, "a");
        pass(5);

        assertThat(why(run, 1).startsInMillis()).isEqualTo(15_000);
        assertThat(why(run, 2).startsInMillis()).isEqualTo(55_000);
        assertThat(why(run, 4).startsInMillis())
                .as("nobody knows how long 'new' takes")
                .isEqualTo(-1);
    }

    @Test
    void shouldEstimateByTheWorkThereIsForTheSlots() {
        workers(worker("a", false), worker("b", false));
        var past = events.run("p", 1, task("test"), task("publish", 0));
        took(past, 0, 30);
        var tests = new ArrayList<TaskSummary>();
        for (int i = 0; i < 8; i++) {
            tests.add(task("test"));
        }
        tests.add(task("publish", 0, 1, 2, 3, 4, 5, 6, 7));
        var run = events.run("p", 2, tests.toArray(new TaskSummary[0]));

        assertThat(why(run, 8).startsInMillis()).isEqualTo(8 * 30_000 / 2);
    }

    @Test
    void shouldEstimateByAllWorkersThatCouldTakeIt() {
        workers(worker("a", false), worker("b", false));
        var past = events.run("p", 1, task("test"));
        took(past, 0, 30);
        var run = events.run("p", 2, task("test"), task("test"), task("test"), task("test"));
        claimed(run, 0, "a");
        pass(10);
        claimed(run, 1, "b");
        events.ready(run, 2, 1);
        events.ready(run, 3, 1);

        assertThat(why(run, 2).startsInMillis()).as("a is the first to end").isEqualTo(16_000);
        assertThat(why(run, 3).startsInMillis()).as("then b").isEqualTo(28_000);
    }
}
