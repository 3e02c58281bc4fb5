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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;

class WhyTest {

    private static final Attributes LINUX = Attributes.of(Map.of("os", "linux", "arch", "s390x"), "quiet");

    private final Projection projection = new Projection();
    private final Events events = new Events(projection);

    private Answer why(RunState run, int task) {
        return new Why(projection, events.now()).of(run, task);
    }

    private static TaskSummary reserving(String name, String requirement, Resources resources, String group) {
        return new TaskSummary(
                name,
                name,
                Map.of(),
                List.of(),
                Requirement.parse(requirement),
                null,
                Priority.NORMAL,
                false,
                null,
                "make",
                List.of(),
                null,
                resources,
                group);
    }

    private static WorkerInfo machine(String name, int slots, String cpus, String... labels) {
        var attributes = Attributes.of(Map.of("os", "linux", "cpus", cpus, "memory", String.valueOf(8L << 30)), labels);
        return new WorkerInfo(name, "w-" + name, "inc-" + name, attributes, slots, "1", 0, false);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            events.tell(new Event.WorkersReported(projection.workers().present()));
        }
    }

    private static ListAssert<Reason> assertReasons(Answer answer) {
        return assertThat(answer.reasons())
                .usingRecursiveFieldByFieldElementComparatorOnFields("kind", "text", "pause");
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
    void shouldNameWhatTheNearestWorkerLacks() {
        var run = events.run("p", 1, asking("x", "os=linux arch=s390x labels=gpu,quiet", Priority.NORMAL));
        events.ready(run, 0, 1);

        assertThat(why(run, 0).reasons()).containsExactly(new Reason(Kind.NO_WORKER, "no worker is present"));
        workers(worker("z", false));
        assertReasons(why(run, 0))
                .containsExactly(
                        new Reason(
                                Kind.NO_WORKER,
                                "the one worker could never take it: z has no label gpu; 'coil worker run --label gpu' on a machine that has it offers it"));
        workers(
                worker("z", false),
                new WorkerInfo("x", "w", "i", Attributes.of(Map.of("os", "freebsd")), 1, "1", 0, false));
        assertReasons(why(run, 0))
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

        assertReasons(why(run, 0))
                .containsExactly(new Reason(Kind.DRAINING, "a, b could take it, but take nothing new: draining"));
    }

    @Test
    void shouldSayWhoDrainedTheWorkerSinceWhenAndWhy() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", false));
        events.ready(run, 0, 1);
        var pause = pause(PauseScope.worker("a"), "new disk");
        events.tell(new Event.Paused(pause));

        assertReasons(why(run, 0))
                .containsExactly(new Reason(
                        Kind.DRAINING,
                        "a could take it, but takes nothing new: drained by ann since 2023-11-14 22:13 UTC: new disk",
                        List.of(),
                        List.of(),
                        pause,
                        null));
        workers(worker("a", false), worker("b", true));
        assertThat(why(run, 0).reasons())
                .extracting(Reason::text)
                .containsExactly("a, b could take it, but take nothing new: draining, a drained by ann since"
                        + " 2023-11-14 22:13 UTC: new disk");
        workers(worker("a", false), worker("b", false));
        assertReasons(why(run, 0))
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

        assertReasons(why(run, 0))
                .containsExactly(new Reason(
                        Kind.PAUSED,
                        "arch=s390x is paused by ann since 2023-11-14 22:13 UTC",
                        List.of(),
                        List.of(),
                        pause(scope, ""),
                        null));
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

        assertReasons(answer)
                .containsExactly(
                        new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"),
                        new Reason(
                                Kind.PRIORITY,
                                "its priority is normal: 1 task comes before it that is of a higher one"),
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

        assertReasons(why(run, 0)).containsExactly(new Reason(Kind.ANY_MOMENT, "a worker is about to take it: a"));
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

    private String text(RunState run) {
        return why(run, 0).reasons().get(0).text();
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
    void shouldSayWhatTheWorkerHasTooLittleOf() {
        var run = events.run(
                "p",
                1,
                reserving("three", "os=linux", new Resources(3, 6L << 30, null, false), null),
                reserving("two", "os=linux", new Resources(2, 4L << 30, null, false), null),
                reserving("alone", "os=linux", new Resources(null, null, null, true), null),
                task("small"));
        workers(machine("build7", 4, "4"));
        claimed(run, 0, "build7");
        events.ready(run, 1, 1);

        assertReasons(why(run, 1))
                .containsExactly(new Reason(
                        Kind.NO_ROOM,
                        "the one worker that could take it has no room: build7 has 1 of 4 slots free (the task takes 2)"
                                + " and has 2GiB of 8GiB of memory left (the task takes 4GiB)"));
        events.ready(run, 3, 1);
        assertReasons(why(run, 3))
                .containsExactly(new Reason(
                        Kind.LINE,
                        "1 task comes before it; build7 waits until it has room for the first, two of p#1: build7 has 1"
                                + " of 4 slots free (the task takes 2)"));
    }

    @Test
    void shouldSayThatATaskHasTheMachineToItself() {
        var run = events.run(
                "p",
                1,
                reserving("lint", "os=linux", new Resources(null, null, null, true), null),
                task("x"),
                task("y"));
        workers(machine("build7", 4, "4"));
        claimed(run, 0, "build7");
        events.ready(run, 1, 1);
        assertReasons(why(run, 1))
                .containsExactly(new Reason(
                        Kind.BUSY, "the one worker that could take it is busy: build7 (lint of p#1 has it to itself)"));

        events.finished(run, 0, 1, Outcome.SUCCESS, 0);
        claimed(run, 1, "build7");
        var other = events.run("q", 1, reserving("perf", "os=linux", new Resources(null, null, null, true), null));
        events.ready(other, 0, 1);

        assertReasons(why(other, 0))
                .containsExactly(new Reason(
                        Kind.NO_ROOM,
                        "the one worker that could take it has no room: build7 runs 1 other task (the task"
                                + " takes the machine to itself)"));
    }

    @Test
    void shouldSayWhoseTurnItIsByWhatTheWorkerHasGiven() {
        workers(worker("a", false));
        var flood = events.run("flood", 1, task("x"), task("y"), task("z"));
        var small = events.run("small", 1, task("x"));
        var other = events.run("other", 1, task("x"));
        claimed(flood, 0, "a");
        pass(10);
        events.finished(flood, 0, 1, Outcome.SUCCESS, 0);
        claimed(other, 0, "a");
        events.ready(flood, 1, 1);
        events.ready(small, 0, 1);

        var answer = why(flood, 1);

        assertReasons(answer)
                .containsExactly(
                        new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"),
                        new Reason(
                                Kind.SHARE,
                                "small is to have its turn first on a, of which flood has had 11.0 slot-seconds more"),
                        new Reason(Kind.LINE, "1 task comes before it: 1 of small"));
        assertThat(answer.reasons().get(1).turn()).isEqualTo(new Reason.Turn("a", "flood", 11, "small", 0));
        assertReasons(why(small, 0))
                .as("though it came later")
                .containsExactly(new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"));
    }

    @Test
    void shouldKeepTheAccountOfAWorkerOnlyWhileItIsThere() {
        workers(worker("a", false));
        var run = events.run("p", 1, task("x"));
        claimed(run, 0, "a");
        pass(10);
        events.finished(run, 0, 1, Outcome.SUCCESS, 0);
        assertThat(projection.workers().shares("inc-a").of("p")).isEqualTo(11);

        workers();

        assertThat(projection.workers().shares("inc-a").of("p")).isZero();
    }

    @Test
    void shouldNotCountWhatIsPausedAsBeforeIt() {
        var held = events.run("held", 1, task("x"));
        var run = events.run("p", 1, task("y"));
        workers(worker("a", false));
        events.ready(held, 0, 1);
        events.ready(run, 0, 1);
        events.tell(new Event.Paused(pause(PauseScope.project("held"), "")));

        assertThat(why(run, 0).ahead()).isZero();
    }

    @Test
    void shouldNameTheLabelThatWasProbablyMeant() {
        workers(machine("build7", 1, "1", "kvm", "quiet"), machine("build8", 1, "1"));
        var run = events.run("p", 1, asking("x", "labels=kmv", Priority.NORMAL));
        events.ready(run, 0, 1);
        events.tell(new Event.RequirementUnmet(Requirement.parse("labels=kmv"), "no worker has label kmv"));

        assertReasons(why(run, 0))
                .containsExactly(new Reason(
                        Kind.NO_WORKER,
                        "none of 2 workers could ever take it; the nearest, build7, has no label kmv; did you mean"
                                + " 'kvm'?"));
        assertThat(run.shortage(0)).isEqualTo("no worker has label kmv (did you mean 'kvm'?)");
        long before = run.version(0);
        workers(machine("build8", 1, "1"));
        assertThat(run.shortage(0)).isEqualTo("no worker has label kmv");
        assertThat(run.version(0)).isGreaterThan(before);
    }

    @Test
    void shouldRememberTheWorkersThatLeftUntilTheyAreBack() {
        workers(worker("a", false), machine("gpu1", 1, "1", "gpu"));
        var run = events.run("p", 1, asking("x", "labels=gpu", Priority.NORMAL), task("y"));
        workers(worker("a", false));
        events.ready(run, 0, 1);

        assertReasons(why(run, 0))
                .contains(new Reason(
                        Kind.OFFLINE, "gpu1 is away since 2023-11-14 22:13 UTC: could take it if it were there"));
        claimed(run, 1, "a");
        var other = events.run("p", 2, task("z"));
        events.ready(other, 0, 1);
        assertReasons(why(other, 0))
                .containsExactly(
                        new Reason(Kind.BUSY, "the one worker that could take it is busy: a (1 of 1)"),
                        new Reason(Kind.OFFLINE, "gpu1 is away since 2023-11-14 22:13 UTC: could take it as well"));

        workers(worker("a", false), machine("gpu1", 1, "1", "gpu"));

        assertReasons(why(run, 0)).containsExactly(new Reason(Kind.ANY_MOMENT, "a worker is about to take it: gpu1"));
        assertThat(projection.workers().departed()).isEmpty();
    }

    @Test
    void shouldForgetTheOldestOfManyWorkersThatLeft() {
        for (int i = 0; i < 300; i++) {
            workers(worker("w" + i, false));
        }

        assertThat(projection.workers().departed()).hasSize(200).first().matches(gone -> gone.worker()
                .name()
                .equals("w298"));
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
    void shouldSayWhyAWorkerThatHasRoomMayTakeNothing() {
        var run = events.run("p", 1, task("x"));
        workers(worker("a", false));
        events.ready(run, 0, 1);
        pass(60);

        assertThat(text(run)).startsWith("a has room for it, and should have taken it long ago");
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

    /** Runs a task to its end, in so many seconds. */
    private void took(RunState run, int task, int seconds) {
        claimed(run, task, "a");
        pass(seconds - 1);
        events.finished(run, task, 1, Outcome.SUCCESS, 0);
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

    @Test
    void shouldHaveNoReasonForWhatDoesNotWait() {
        var run = events.run("p", 1, task("x"), task("y"));
        claimed(run, 0, "a");
        events.done(run, 1, Outcome.SUCCESS);

        assertThat(why(run, 0).reasons()).isEmpty();
        assertThat(why(run, 1).reasons()).isEmpty();
    }
}
