package dev.coil.viewer.why;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Events;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.why.Reason.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WhyTest {

    private static final Attributes LINUX = Attributes.of(Map.of("os", "linux", "arch", "s390x"), "quiet");

    private final Projection projection = new Projection();
    private final Events events = new Events(projection);

    private Answer why(RunState run, int task) {
        return new Why(projection, events.now()).of(run, task);
    }

    private static TaskSummary asking(String name, String requirement, Priority priority) {
        return new TaskSummary(
                name,
                name,
                Map.of(),
                List.of(),
                Requirement.parse(requirement),
                null,
                priority,
                false,
                null,
                "make",
                List.of());
    }

    private void workers(WorkerInfo... workers) {
        events.tell(new Event.WorkersReported(List.of(workers)));
    }

    private static WorkerInfo worker(String name, boolean draining) {
        return new WorkerInfo(name, "w-" + name, "inc-" + name, LINUX, 1, "1", 0, draining);
    }

    /** Claims a task for a worker. */
    private void claimed(RunState run, int task, String worker) {
        events.ready(run, task, 1);
        events.tell(new Event.TaskClaimed(
                run.project(), run.number(), task, 1, new ClaimId("inc-" + worker, task), worker));
    }

    @Test
    void shouldNameTheNeedsThatHaveNotEnded() {
        var run = events.run("p", 1, task("a"), task("b"), task("c"), task("d", 0, 1, 2), task("e", 0));
        events.done(run, 0, Outcome.SUCCESS);
        events.ready(run, 1, 1);

        assertThat(why(run, 3).reasons())
                .containsExactly(new Reason(Kind.NEEDS, "it needs b (ready), c (waiting) to end first"));
        assertThat(why(run, 4).reasons())
                .containsExactly(new Reason(Kind.NEEDS, "its needs have ended: it is just being looked at"));
    }

    @Test
    void shouldNameWhatWasGeneratedAndHasNotEnded() {
        var run = events.run("p", 1, task("plan"), Events.afterAllOf("after", 0));
        assertThat(why(run, 1).reasons())
                .containsExactly(new Reason(Kind.NEEDS, "it needs plan (waiting) to end first"));
        events.generated(run, 0, 1, task("plan/a"), task("plan/b"));
        events.done(run, 0, Outcome.SUCCESS);
        events.done(run, 2, Outcome.SUCCESS);

        assertThat(why(run, 1).reasons())
                .containsExactly(new Reason(Kind.NEEDS, "it needs plan/b (waiting) to end first"));
    }

    @Test
    void shouldNameTheGroupAndWhoHasItsPlace() {
        var first = events.run("p", 1, task("publish"));
        var second = events.run("p", 2, task("publish"));
        var third = events.run("p", 3, task("publish"));
        events.ready(first, 0, 1);
        events.tell(new Event.TaskBlocked("p", 2, 0, "live", new TaskRef("p", 1, 0)));
        events.tell(new Event.RunQueued("p", 3, "main", 2));

        assertThat(why(second, 0).reasons())
                .containsExactly(new Reason(
                        Kind.GROUP, "waits for a place in the concurrency group 'live', which publish of p#1 has"));
        assertThat(why(third, 0).reasons())
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

        assertThat(answer.reasons()).containsExactly(new Reason(Kind.PAUSE, "pauses before another attempt"));
        assertThat(answer.startsInMillis()).isEqualTo(4_000);
    }

    @Test
    void shouldNameWhatTheNearestWorkerLacks() {
        var run = events.run("p", 1, asking("x", "os=linux arch=s390x labels=gpu,quiet", Priority.NORMAL));
        events.ready(run, 0, 1);

        assertThat(why(run, 0).reasons()).containsExactly(new Reason(Kind.NO_WORKER, "no worker is present"));
        workers(worker("z", false));
        assertThat(why(run, 0).reasons())
                .containsExactly(
                        new Reason(
                                Kind.NO_WORKER,
                                "the one worker could never take it: z has no label gpu; 'coil worker run --label gpu' on a machine that has it offers it"));
        workers(
                worker("z", false),
                new WorkerInfo("x", "w", "i", Attributes.of(Map.of("os", "freebsd")), 1, "1", 0, false));
        assertThat(why(run, 0).reasons())
                .containsExactly(
                        new Reason(
                                Kind.NO_WORKER,
                                "none of 2 workers could ever take it; the nearest, z, has no label gpu; 'coil worker run --label gpu' on a machine that has it offers it"));
    }

    @Test
    void shouldSayThatTheWorkersAreDraining() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", true), worker("b", true));
        events.ready(run, 0, 1);

        assertThat(why(run, 0).reasons())
                .containsExactly(new Reason(Kind.DRAINING, "a, b could take it, but take nothing new: draining"));
    }

    @Test
    void shouldSayWhoDrainedTheWorkerSinceWhenAndWhy() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", false));
        events.ready(run, 0, 1);
        var pause = pause(PauseScope.worker("a"), "new disk");
        events.tell(new Event.Paused(pause));

        assertThat(why(run, 0).reasons())
                .containsExactly(new Reason(
                        Kind.DRAINING,
                        "a could take it, but takes nothing new: drained by ann since 2023-11-14 22:13 UTC: new disk",
                        pause));
        workers(worker("a", false), worker("b", true));
        assertThat(why(run, 0).reasons())
                .extracting(Reason::text)
                .containsExactly("a, b could take it, but take nothing new: draining, a drained by ann since"
                        + " 2023-11-14 22:13 UTC: new disk");
        workers(worker("a", false), worker("b", false));
        assertThat(why(run, 0).reasons())
                .as("a drained worker is no idle one")
                .containsExactly(new Reason(Kind.ANY_MOMENT, "a worker is about to take it: b"));
    }

    private static Pause pause(PauseScope scope, String reason) {
        return new Pause(scope, reason, "ann", Events.START);
    }

    @Test
    void shouldSayWhoPausedItSinceWhenAndWhyUntilNoPartitionHasThePause() {
        var run = events.run("p", 1, asking("x", "arch=s390x os=linux", Priority.NORMAL), task("y"));
        workers(worker("a", false));
        events.ready(run, 0, 1);
        events.ready(run, 1, 1);
        var scope = PauseScope.of(Requirement.parse("arch=s390x"));
        events.tell(0, new Event.Paused(pause(scope, "")));
        events.tell(1, new Event.Paused(pause(scope, "")));

        assertThat(why(run, 0).reasons())
                .containsExactly(new Reason(
                        Kind.PAUSED, "arch=s390x is paused by ann since 2023-11-14 22:13 UTC", pause(scope, "")));
        assertThat(why(run, 1).reasons()).extracting(Reason::kind).doesNotContain(Kind.PAUSED);
        events.tell(0, new Event.Resumed(scope, "ann"));
        assertThat(why(run, 0).reasons()).extracting(Reason::kind).containsExactly(Kind.PAUSED);
        events.tell(1, new Event.Resumed(scope, "ann"));
        assertThat(why(run, 0).reasons()).extracting(Reason::kind).containsExactly(Kind.ANY_MOMENT);
    }

    @Test
    void shouldNameBusyWorkersAndCountWhatComesBefore() {
        var run = events.run(
                "p",
                1,
                task("running"),
                task("older"),
                asking("elsewhere", "os=freebsd", Priority.HIGH),
                task("mine"),
                asking("urgent", "os=linux", Priority.HIGH),
                asking("later", "os=linux", Priority.LOW));
        workers(worker("a", false));
        claimed(run, 0, "a");
        for (int task = 1; task <= 5; task++) {
            events.ready(run, task, 1);
        }

        var answer = why(run, 3);

        assertThat(answer.reasons())
                .containsExactly(
                        new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"),
                        new Reason(Kind.LINE, "2 tasks come before it"));
        assertThat(answer.ahead()).isEqualTo(2);
        assertThat(answer.startsInMillis())
                .as("nothing like these has ended yet")
                .isEqualTo(-1);
    }

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
    void shouldSayThatAWorkerIsAboutToTakeIt() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", false));
        events.ready(run, 0, 1);

        assertThat(why(run, 0).reasons())
                .containsExactly(new Reason(Kind.ANY_MOMENT, "a worker is about to take it: a"));
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
