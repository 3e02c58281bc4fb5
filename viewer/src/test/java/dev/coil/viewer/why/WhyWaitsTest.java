package dev.coil.viewer.why;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.viewer.projection.Events;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.why.Reason.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Why a task waits that is not ready: needs, conditions, groups, pauses between attempts. */
class WhyWaitsTest extends WhyFixture {

    @Test
    void shouldNameTheNeedsThatHaveNotEnded() {
        var run = events.run("p", 1, task("a"), task("b"), task("c"), task("d", 0, 1, 2), task("e", 0));
        events.done(run, 0, Outcome.SUCCESS);
        events.ready(run, 1, 1);

        assertReasons(why(run, 3))
                .containsExactly(new Reason(Kind.NEEDS, "it needs b (ready), c (waiting) to end first"));
        assertReasons(why(run, 4))
                .containsExactly(new Reason(Kind.NEEDS, "its needs have ended: it is just being looked at"));
    }

    @Test
    void shouldNameWhatWasGeneratedAndHasNotEnded() {
        var run = events.run("p", 1, task("plan"), Events.afterAllOf("after", 0));
        assertReasons(why(run, 1)).containsExactly(new Reason(Kind.NEEDS, "it needs plan (waiting) to end first"));
        events.generated(run, 0, 1, task("plan/a"), task("plan/b"));
        events.done(run, 0, Outcome.SUCCESS);
        events.done(run, 2, Outcome.SUCCESS);

        assertReasons(why(run, 1)).containsExactly(new Reason(Kind.NEEDS, "it needs plan/b (waiting) to end first"));
    }

    @Test
    void shouldNameTheGroupAndWhoHasItsPlace() {
        var first = events.run("p", 1, task("publish"));
        var second = events.run("p", 2, task("publish"));
        var third = events.run("p", 3, task("publish"));
        events.ready(first, 0, 1);
        events.tell(new Event.TaskBlocked("p", 2, 0, "live", new TaskRef("p", 1, 0)));
        events.tell(new Event.RunQueued("p", 3, "main", 2));

        assertReasons(why(second, 0))
                .containsExactly(new Reason(
                        Kind.GROUP, "waits for a place in the concurrency group 'live', which publish of p#1 has"));
        assertReasons(why(third, 0))
                .containsExactly(new Reason(
                        Kind.RUN_QUEUED, "its run waits for a place in the concurrency group 'main', which p#2 has"));
    }

    @Test
    void shouldSayHowLongAPauseIs() {
        var run = events.run("p", 1, task("flaky"));
        events.ready(run, 0, 1);
        events.claimed(run, 0, 1);
        events.tell(new Event.AttemptEnded("p", 1, 0, 1, Outcome.FAILURE, null, null, events.now() + 5_000));

        var answer = why(run, 0);

        assertReasons(answer).containsExactly(new Reason(Kind.PAUSE, "pauses before another attempt"));
        assertThat(answer.startsInMillis()).isEqualTo(4_000);
    }

    @Test
    void shouldSayWhoHasThePlacesNowAndWhoWaitsBefore() {
        var runs = new ArrayList<RunState>();
        for (int number = 1; number <= 3; number++) {
            runs.add(events.run("p", number, reserving("publish", "os=linux", Resources.NONE, "live")));
        }
        workers(worker("a", false));
        claimed(runs.get(0), 0, "a");
        events.tell(new Event.TaskBlocked("p", 2, 0, "live", new TaskRef("p", 1, 0)));
        events.tell(new Event.TaskBlocked("p", 3, 0, "live", new TaskRef("p", 1, 0)));
        assertThat(text(runs.get(2)))
                .isEqualTo("waits for a place in the concurrency group 'live', which publish of p#1 (running) has;"
                        + " 1 other waits before it");

        events.finished(runs.get(0), 0, 1, Outcome.SUCCESS, 0);
        claimed(runs.get(1), 0, "a");

        assertThat(text(runs.get(2)))
                .isEqualTo("waits for a place in the concurrency group 'live', which publish of p#2 (running) has");
        assertThat(why(runs.get(2), 0).startsInMillis())
                .as("the first one took a second, and the second began now")
                .isEqualTo(3_000);
    }

    @Test
    void shouldSayWhichRunHasThePlaceAfterTheOneBefore() {
        events.run("p", 1, task("x"));
        events.run("p", 2, task("x"));
        var third = events.run("p", 3, task("x"));
        events.tell(new Event.RunQueued("p", 2, "main", 1));
        events.tell(new Event.RunQueued("p", 3, "main", 1));
        assertThat(text(third)).endsWith("which p#1 has");

        events.tell(new Event.RunStarted("p", 2));

        assertThat(text(third)).isEqualTo("its run waits for a place in the concurrency group 'main', which p#2 has");
    }

    @Test
    void shouldSayThatItsConditionIsStillToDecide() {
        var build = task("build");
        var run = events.run(
                "p",
                1,
                build,
                new TaskSummary(
                        "report",
                        "report",
                        Map.of(),
                        List.of(Need.on(0)),
                        Requirement.ANY,
                        null,
                        Priority.NORMAL,
                        false,
                        "failure()",
                        "make",
                        List.of()));

        assertReasons(why(run, 1))
                .containsExactly(
                        new Reason(Kind.NEEDS, "it needs build (waiting) to end first"),
                        new Reason(Kind.CONDITION, "whether it runs then is for its 'if' to say: failure()"));
    }

    @Test
    void shouldHaveNoReasonForWhatDoesNotWait() {
        var run = events.run("p", 1, task("x"), task("y"));
        claimed(run, 0, "a");
        events.done(run, 1, Outcome.SUCCESS);

        assertThat(why(run, 0).reasons()).isEmpty();
        assertThat(why(run, 1).reasons()).isEmpty();
    }
}
