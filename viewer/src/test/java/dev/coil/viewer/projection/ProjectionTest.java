package dev.coil.viewer.projection;

import static dev.coil.viewer.projection.Events.START;
import static dev.coil.viewer.projection.Events.task;
import static dev.coil.viewer.projection.Events.worker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Requirement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProjectionTest {

    private final Projection projection = new Projection();
    private final Events events = new Events(projection);

    @Test
    void shouldMakeStagedTasksARunWhoseTasksAllWait() {
        var run = events.run("mylang", 17, task("build"), task("test", 0));

        assertThat(run.size()).isEqualTo(2);
        assertThat(run.facts(1).name()).isEqualTo("test");
        assertThat(run.facts(1).needs().get(0)).isZero();
        assertThat(run.task(1).phase()).isEqualTo(TaskPhase.WAITING);
        assertThat(run.head().counts().of(TaskPhase.WAITING)).isEqualTo(2);
        assertThat(run.head().outcome()).isNull();
        assertThat(run.createdAt()).isEqualTo(events.now());
    }

    @Test
    void shouldTakeAPartThatIsStagedAgainOnlyOnce() {
        events.tell(new Event.TasksStaged("p", "id", 0, List.of(task("a"), task("b"))));
        events.tell(new Event.TasksStaged("p", "id", 2, List.of(task("c"))));
        events.tell(new Event.TasksStaged("p", "id", 2, List.of(task("c"))));
        events.tell(new Event.RunCreated("p", 1, "id", Source.none(), 3, "me"));

        var run = projection.run("p", 1);
        assertThat(run).isNotNull();
        assertThat(run.facts(2).name()).isEqualTo("c");
    }

    @Test
    void shouldFollowATaskFromReadyToItsResult() {
        var run = events.run("mylang", 17, task("build"));

        events.ready(run, 0, 1);
        assertThat(run.task(0).phase()).isEqualTo(TaskPhase.READY);
        assertThat(run.task(0).readyAt()).isEqualTo(events.now());

        events.claimed(run, 0, 1);
        long claimedAt = events.now();
        assertThat(run.task(0).phase()).isEqualTo(TaskPhase.RUNNING);
        assertThat(run.head().counts().of(TaskPhase.RUNNING)).isEqualTo(1);

        events.finished(run, 0, 1, Outcome.FAILURE, 2);
        var attempt = run.task(0).attempt(1);
        assertThat(run.task(0).outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(run.head().counts().of(Outcome.FAILURE)).isEqualTo(1);
        assertThat(run.head().counts().of(TaskPhase.RUNNING)).isZero();
        assertThat(attempt).isNotNull();
        assertThat(attempt.startedAt()).isEqualTo(claimedAt);
        assertThat(attempt.finishedAt()).isEqualTo(events.now());
        assertThat(attempt.exitCode()).isEqualTo(2);
        assertThat(attempt.logBytes()).isEqualTo(11);
        assertThat(attempt.worker()).isEqualTo("build1");
    }

    @Test
    void shouldKeepEveryAttemptOfATaskThatIsTriedAgain() {
        var run = events.run("mylang", 17, task("build"));
        events.ready(run, 0, 1);
        events.claimed(run, 0, 1);

        events.attemptEnded(run, 0, 1, Outcome.ERROR, "the worker build1 was lost");
        assertThat(run.task(0).phase()).isEqualTo(TaskPhase.WAITING);
        events.ready(run, 0, 2);
        events.claimed(run, 0, 2);
        events.finished(run, 0, 2, Outcome.SUCCESS, 0);

        assertThat(run.task(0).attempts()).extracting(Attempt::outcome).containsExactly(Outcome.ERROR, Outcome.SUCCESS);
        assertThat(run.task(0).attempts().get(0).reason()).isEqualTo("the worker build1 was lost");
        assertThat(run.task(0).attempts().get(0).logBytes()).as("nobody said").isEqualTo(-1);
        assertThat(run.task(0).reason()).isNull();
    }

    @Test
    void shouldNotInventAnAttemptForATaskThatNeverStarted() {
        var run = events.run("mylang", 17, task("fuzz"), task("bench"));

        events.tell(new Event.TaskFinished(
                "mylang", 17, 0, 0, Outcome.SKIPPED, null, null, "its condition does not hold", EndKind.CONDITION));
        events.ready(run, 1, 1);
        events.tell(new Event.TaskFinished(
                "mylang", 17, 1, 1, Outcome.TIMEOUT, null, null, "no worker took it", EndKind.QUEUE_TIMEOUT));

        assertThat(run.task(0).attempts()).isEmpty();
        assertThat(run.task(0).kind()).isEqualTo(EndKind.CONDITION);
        assertThat(run.task(0).reason()).isEqualTo("its condition does not hold");
        assertThat(run.task(1).attempts()).isEmpty();
    }

    @Test
    void shouldSayWhereAChainOfSkippedTasksBegan() {
        var run = events.run(
                "mylang", 17, task("build"), task("test", 0), task("pack", 1), task("publish", 2), task("notes", 2, 3));
        events.done(run, 0, Outcome.FAILURE);
        skip(1, "build failed");
        skip(2, "test was not run");
        skip(3, "pack was not run");
        skip(4, "publish was not run");

        assertThat(run.task(1).reason()).isEqualTo("build failed");
        assertThat(run.task(2).reason()).isEqualTo("test was not run: build failed");
        assertThat(run.task(3).reason()).isEqualTo("pack was not run: build failed");
        assertThat(run.task(4).reason()).isEqualTo("publish was not run: build failed");
    }

    private void skip(int task, String reason) {
        events.tell(new Event.TaskFinished("mylang", 17, task, 0, Outcome.SKIPPED, null, null, reason, EndKind.NEED));
    }

    @Test
    void shouldLeaveAnEndedAttemptAsItIsWhenItsTaskIsCancelledLater() {
        var run = events.run("mylang", 17, task("build"));
        events.ready(run, 0, 1);
        events.claimed(run, 0, 1);
        events.attemptEnded(run, 0, 1, Outcome.ERROR, "lost");
        events.ready(run, 0, 2);

        events.tell(new Event.TaskFinished(
                "mylang", 17, 0, 1, Outcome.CANCELLED, null, null, "cancelled", EndKind.CANCELLED));

        assertThat(run.task(0).attempts()).extracting(Attempt::outcome).containsExactly(Outcome.ERROR);
    }

    @Test
    void shouldKnowTheOutcomeBeforeTheRunHasFinished() {
        var run = events.run("mylang", 17, task("build"), task("bench", true));
        events.done(run, 0, Outcome.SUCCESS);

        events.tell(new Event.RunOutcomeKnown("mylang", 17, Outcome.SUCCESS));
        assertThat(run.head().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(run.head().finished()).isFalse();

        events.done(run, 1, Outcome.FAILURE);
        events.tell(new Event.RunFinished("mylang", 17, Outcome.SUCCESS));
        assertThat(run.head().finished()).isTrue();
        assertThat(run.head().finishedAt()).isEqualTo(events.now());
    }

    @Test
    void shouldRunAgainAfterARetry() {
        var run = events.run("mylang", 17, task("build"), task("test", 0));
        events.done(run, 0, Outcome.FAILURE);
        events.tell(new Event.RunCancelled("mylang", 17, "enough"));
        assertThat(run.head().cancelled()).isTrue();
        events.tell(new Event.RunFinished("mylang", 17, Outcome.FAILURE));

        events.tell(new Event.RunReopened("mylang", 17));
        events.tell(new Event.TaskReset("mylang", 17, 0));

        assertThat(run.head().finished()).isFalse();
        assertThat(run.head().outcome()).isNull();
        assertThat(run.head().cancelled()).isFalse();
        assertThat(run.head().finishedAt()).isZero();
        assertThat(run.task(0).phase()).isEqualTo(TaskPhase.WAITING);
        assertThat(run.task(0).outcome()).isNull();
        assertThat(run.task(0).attempts()).hasSize(1);
        assertThat(run.head().counts().of(Outcome.FAILURE)).isZero();
        assertThat(run.head().counts().total()).isEqualTo(2);
    }

    @Test
    void shouldForgetAnOutcomeWhenARequiredTaskRunsAgain() {
        var run = events.run("mylang", 17, task("build"), task("bench", true));
        events.done(run, 0, Outcome.FAILURE);
        events.tell(new Event.RunOutcomeKnown("mylang", 17, Outcome.FAILURE));

        events.tell(new Event.TaskReset("mylang", 17, 1));
        assertThat(run.head().outcome()).isEqualTo(Outcome.FAILURE);
        events.tell(new Event.TaskReset("mylang", 17, 0));
        assertThat(run.head().outcome()).isNull();
    }

    @Test
    void shouldKnowWhatEachWorkerRuns() {
        var run = events.run("mylang", 17, task("build"), task("test"));
        events.tell(new Event.WorkersReported(List.of(worker("z15", "inc2"), worker("build1", "inc1"))));
        events.claimed(run, 0, 1);
        events.claimed(run, 1, 1);
        events.finished(run, 0, 1, Outcome.SUCCESS, 0);

        assertThat(projection.workers().present()).extracting("name").containsExactly("build1", "z15");
        assertThat(projection.workers().running()).containsOnlyKeys("inc1");
        assertThat(projection.workers().running().get("inc1"))
                .extracting(RunningTask::name)
                .containsExactly("test");
    }

    @Test
    void shouldBelieveTheNewestReportOfWorkersWhicheverPartitionItCameFrom() {
        projection.apply(new EventRecord(0, 1, START + 5, new Event.WorkersReported(List.of(worker("new", "i1")))));
        projection.apply(new EventRecord(1, 1, START, new Event.WorkersReported(List.of(worker("old", "i0")))));

        assertThat(projection.workers().present()).extracting("name").containsExactly("new");
    }

    @Test
    void shouldLetAReaderFindWhatChangedSinceAVersion() {
        var run = events.run("mylang", 17, task("build"), task("test"));
        var other = events.run("other", 1, task("build"));
        long seen = projection.version();

        events.ready(run, 1, 1);

        assertThat(run.head().version()).isGreaterThan(seen);
        assertThat(run.task(0).version()).isLessThanOrEqualTo(seen);
        assertThat(run.task(1).version()).isGreaterThan(seen);
        assertThat(other.head().version()).isLessThanOrEqualTo(seen);
    }

    @Test
    void shouldListRunsNewestFirst() {
        events.run("a", 1, task("t"));
        events.run("b", 1, task("t"));
        events.run("a", 2, task("t"));

        assertThat(projection.runs()).extracting(RunState::toString).containsExactly("a#2", "b#1", "a#1");
        assertThat(projection.numbered(1)).extracting(RunState::project).containsExactly("a", "b");
    }

    @Test
    void shouldGroupByPrefixAndByMatrix() {
        var matrix = new LinkedHashMap<String, String>();
        matrix.put("platform", "linux-s390x");
        matrix.put("shard", "1");
        var shard = new TaskSummary(
                "test/linux-s390x/1",
                "test",
                matrix,
                List.of(),
                Requirement.ANY,
                "linux-s390x",
                Priority.LOW,
                false,
                null,
                "",
                List.of());
        var run = events.run("mylang", 17, shard, task("lint"), task("docs"), task("docs/api"), task("cpp/unit/gc"));

        assertThat(run.facts(0).group()).isEqualTo("test");
        assertThat(run.facts(0).axes()).containsExactly("platform", "shard");
        assertThat(run.facts(0).values()).containsExactly("linux-s390x", "1");
        assertThat(run.facts(1).group()).isNull();
        assertThat(run.facts(2).group()).as("it belongs to docs/…").isEqualTo("docs");
        assertThat(run.facts(3).group()).isEqualTo("docs");
        assertThat(run.facts(4).group()).isEqualTo("cpp");
    }

    @Test
    void shouldShareWhatTasksHaveInCommon() {
        var run = events.run("mylang", 17, task("a"), task("b"), task("c", 0, 1), task("d", 0, 1));

        assertThat(run.facts(2).needs()).isSameAs(run.facts(3).needs());
        assertThat(run.facts(0).requirement()).isSameAs(run.facts(1).requirement());
    }

    @Test
    void shouldStopAtAnEventOfSomethingUnknown() {
        events.run("mylang", 17, task("build"));

        assertThatIllegalStateException()
                .isThrownBy(() -> events.tell(new Event.TaskReady("mylang", 18, 0, 1)))
                .withMessageContaining("mylang#18");
        assertThatIllegalStateException()
                .isThrownBy(() -> events.tell(new Event.TaskReady("mylang", 17, 1, 1)))
                .withMessageContaining("mylang#17");
        assertThatIllegalStateException()
                .isThrownBy(() -> events.tell(new Event.RunCreated("p", 1, "x", Source.none(), 3, "me")))
                .withMessageContaining("only 0 were staged");
    }

    @Test
    void shouldIgnoreAnswersToRequests() {
        events.tell(new Event.RequestAnswered("r1", "mylang", 0, null, ""));

        assertThat(projection.runs()).isEmpty();
        assertThat(Map.copyOf(projection.workers().running())).isEmpty();
    }

    @Test
    void shouldKnowWhichReadyTasksNobodyCanTake() {
        var run = events.run("mylang", 17, task("build"), task("test"));
        events.ready(run, 0, 1);
        long before = projection.version();
        events.tell(new Event.RequirementUnmet(Requirement.parse("os=linux"), "no worker has os=linux"));

        assertThat(run.shortage(0)).isEqualTo("no worker has os=linux");
        assertThat(run.shortage(1)).isNull();
        assertThat(run.version()).isGreaterThan(before);
        assertThat(run.version(0)).isGreaterThan(before);
        assertThat(run.version(1)).isLessThanOrEqualTo(before);

        events.tell(new Event.RequirementMet(Requirement.parse("os=linux")));
        assertThat(run.shortage(0)).isNull();
        assertThat(run.version(0)).isEqualTo(projection.version());
    }

    @Test
    void shouldNameTheFirstTasksThatFailedAndMayNot() {
        var run = events.run("mylang", 17, task("a"), task("b", true), task("c"), task("d"), task("e"), task("f"));
        for (int task = 5; task >= 1; task--) {
            events.done(run, task, task == 3 ? Outcome.SUCCESS : Outcome.FAILURE);
        }
        assertThat(run.head().failed()).isEqualTo(new RunHead.Failed(3, 0, 0, List.of(2, 4, 5)));

        events.done(run, 0, Outcome.TIMEOUT);
        assertThat(run.head().failed()).isEqualTo(new RunHead.Failed(4, 1, 0, List.of(0, 2, 4)));

        events.tell(new Event.TaskReset("mylang", 17, 2));
        assertThat(run.head().failed()).isEqualTo(new RunHead.Failed(3, 1, 0, List.of(0, 4, 5)));
    }
}
