package dev.coil.ops.worker;

import static dev.coil.ops.worker.ScriptedOwner.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.presence.PresencePaths;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.host.Host;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class WorkerTest {

    private static final ClaimId OTHERS = new ClaimId("fedcba9876543210", 1);

    @TempDir
    Path temp;

    private WorkerFixture fixture;
    private ScriptedOwner owner;

    @BeforeEach
    void start() throws Exception {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(40));
        fixture = new WorkerFixture(temp);
        owner = fixture.owner;
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
        Awaitility.reset();
    }

    /** A script that says where it runs, and runs long. */
    private String sleeper(String name) {
        return "echo started; echo $$ > " + temp.resolve(name + ".new") + "; mv " + temp.resolve(name + ".new") + " "
                + temp.resolve(name) + "; sleep 600";
    }

    private ProcessHandle awaitProcess(String name) throws Exception {
        await().until(() -> Files.exists(temp.resolve(name)));
        return ProcessHandle.of(
                        Long.parseLong(Files.readString(temp.resolve(name)).strip()))
                .orElseThrow();
    }

    private @Nullable WorkerInfo announced(String incarnation) throws Exception {
        var zookeeper = new ZooKeeper(fixture.zookeeper.connectString(), 5_000, event -> {});
        try {
            return Codec.read(WorkerInfo.class, zookeeper.getData(PresencePaths.worker(incarnation), false, null));
        } catch (KeeperException.NoNodeException absent) {
            return null;
        } finally {
            zookeeper.close();
        }
    }

    @Test
    void shouldRunATaskAndReportItAfterItsLog() throws Exception {
        fixture.start("w1", 1);
        owner.put(task(0, "echo out; echo err >&2; exit 3"));

        var finish = owner.awaitResult(0);

        var result = finish.result();
        assertThat(finish.claim()).isEqualTo(owner.awaitClaim(0).claim());
        assertThat(result.outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.logBytes()).isEqualTo(8);
        await().until(() -> owner.log(0).length() == 8);
        assertThat(owner.log(0)).contains("out\n", "err\n");
    }

    @Test
    void shouldTakeTasksThatWereThereBeforeItAndNotThoseThatWereTaken() throws Exception {
        owner.put(task(0, "true"));
        owner.remove(new TaskRef(ScriptedOwner.PROJECT, 1, 0), new Tombstone(1, 1, OTHERS, null));
        owner.put(task(1, "true"));

        fixture.start("w1", 4);

        owner.awaitResult(1);
        assertThat(owner.claims(0)).isEmpty();
    }

    @Test
    void shouldLeaveTasksThatItDoesNotMatch() throws Exception {
        fixture.start("w1", 4);
        owner.put(task(0, 1, Start.OPTIMISTIC, Requirement.parse("labels=vax"), Action.script("true")));
        owner.put(task(1, "true"));

        owner.awaitResult(1);
        assertThat(owner.claims(0)).isEmpty();
    }

    @Test
    void shouldUseItsSlotsAndNoMore() throws Exception {
        fixture.start("w1", 2);
        for (int i = 0; i < 3; i++) {
            owner.put(task(i, sleeper("pid" + i)));
        }
        awaitProcess("pid0");
        awaitProcess("pid1").destroyForcibly();

        owner.awaitResult(1);
        awaitProcess("pid2");
        assertThat(owner.awaitResult(1).result().exitCode()).isEqualTo(137);
    }

    @Test
    void shouldGiveAnExclusiveTaskTheWholeMachine() throws Exception {
        fixture.start("w1", 3);
        owner.put(task(0, waiting("first")));
        owner.put(task(1, waiting("second")));
        owner.awaitClaim(0);
        owner.awaitClaim(1);
        owner.put(exclusive(2, "echo whole $COIL_CPUS; " + waiting("whole")));
        owner.put(task(3, "true"));

        Files.createFile(temp.resolve("first"));
        owner.awaitResult(0);
        assertThat(owner.claims(2)).isEmpty();
        Files.createFile(temp.resolve("second"));
        owner.awaitClaim(2);
        await().until(() -> owner.log(2).contains("whole"));

        assertThat(owner.claims(3)).isEmpty();
        assertThat(owner.log(2)).contains("whole " + Runtime.getRuntime().availableProcessors());
        Files.createFile(temp.resolve("whole"));
        owner.awaitResult(3);
    }

    @Test
    void shouldNotPromiseMoreMemoryThanTheMachineHas() throws Exception {
        long most = Long.parseLong(Host.attributes(temp, Set.of(), Map.of()).fact("memory")) * 2 / 3;
        var large = new Resources(null, most, null, false);
        fixture.start("w1", 3);
        owner.put(task(
                0, 1, Start.OPTIMISTIC, Requirement.ANY, ScriptedOwner.action(waiting("first"), large, List.of())));
        owner.awaitClaim(0);
        owner.put(task(1, 1, Start.OPTIMISTIC, Requirement.ANY, ScriptedOwner.action("true", large, List.of())));
        // One that comes later must not keep a large one from its memory for ever: while that is first in line, nothing
        // else begins.
        owner.put(task(2, "true"));

        Files.createFile(temp.resolve("first"));
        owner.awaitResult(2);

        assertThat(owner.order()).containsExactly(0, 1, 2);
    }

    /** A script that runs until there is a file of this name. */
    private String waiting(String name) {
        return "until [ -e " + temp.resolve(name) + " ]; do sleep 0.05; done";
    }

    private static ReadyTask exclusive(int index, String script) {
        var action = ScriptedOwner.action(script, new Resources(null, null, null, true), List.of());
        return task(index, 1, Start.OPTIMISTIC, Requirement.ANY, action);
    }

    @Test
    void shouldStopSilentlyWhenAnotherWorkerHasTheTask() throws Exception {
        owner.script = claim -> null;
        fixture.start("w1", 1);
        owner.put(task(0, sleeper("pid")));
        var process = awaitProcess("pid");

        owner.remove(new TaskRef(ScriptedOwner.PROJECT, 1, 0), new Tombstone(1, 1, OTHERS, null));

        await().until(() -> !process.isAlive());
        owner.script = owner::firstWins;
        owner.put(task(1, "true"));
        owner.awaitResult(1);
        assertThat(owner.results(0)).isEmpty();
        assertThat(owner.log(0)).isEmpty();
    }

    @Test
    void shouldNotStartAGrantedTaskThatIsWithdrawn() throws Exception {
        owner.script = claim ->
                claim.task() == 0 ? new Tombstone(1, 1, null, "cancelled") : new Tombstone(1, 1, claim.claim(), null);
        fixture.start("w1", 1);
        owner.put(task(0, 1, Start.GRANTED, Requirement.ANY, Action.script("touch " + temp.resolve("ran"))));
        owner.awaitClaim(0);
        owner.put(task(1, 1, Start.GRANTED, Requirement.ANY, Action.script("true")));

        assertThat(owner.awaitResult(1).result().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(temp.resolve("ran")).doesNotExist();
        assertThat(owner.results(0)).isEmpty();
    }

    @Test
    void shouldSendAClaimAndItsResultAgainUntilItIsAnswered() throws Exception {
        owner.script = claim -> null;
        var worker = fixture.start("w1", 1);
        owner.put(task(0, "true"));
        await().until(() -> owner.claims(0).size() == 2);
        await().until(() -> owner.results(0).size() == 2);

        var claims = owner.claims(0);
        assertThat(claims.get(0).claim()).isEqualTo(claims.get(1).claim());
        assertThat(worker.drain()).isNotDone();
        owner.remove(new TaskRef(ScriptedOwner.PROJECT, 1, 0), owner.firstWins(claims.get(1)));
        worker.drain().get(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldKillWhatTheOwnerStopsAndKeepItsLog() throws Exception {
        fixture.start("w1", 1);
        owner.put(task(0, sleeper("pid")));
        var process = awaitProcess("pid");
        await().until(() -> owner.log(0).equals("started\n"));

        owner.stop(owner.awaitClaim(0).claim(), "cancelled by ada");

        await().until(() -> !process.isAlive());
        await().until(() -> owner.log(0).contains("coil: killed"));
        owner.put(task(1, "true"));
        owner.awaitResult(1);
        assertThat(owner.results(0)).isEmpty();
    }

    @Test
    void shouldRunALaterAttemptOfTheSameTask() throws Exception {
        fixture.start("w1", 1);
        owner.put(task(0, "exit 1"));
        owner.awaitResult(0);

        owner.put(task(0, 2, Start.OPTIMISTIC, Requirement.ANY, Action.script("exit 0")));

        await().until(() -> owner.results(0).size() == 2);
        assertThat(owner.results(0).get(1).attempt()).isEqualTo(2);
    }

    @Test
    void shouldNotTakeItsOwnAttemptTwiceWhenAGhostOfItAppears() throws Exception {
        fixture.start("w1", 4);
        owner.put(task(0, sleeper("pid")));
        awaitProcess("pid");

        owner.put(task(0, sleeper("pid")));
        owner.put(task(1, "true"));

        owner.awaitResult(1);
        assertThat(owner.claims(0)).hasSize(1);
    }

    @Test
    void shouldAnnounceItselfAndThatItDrains() throws Exception {
        var worker = fixture.start("w1", 3);
        var incarnation = worker.info().incarnation();
        assertThat(announced(incarnation)).isEqualTo(worker.info());
        owner.put(task(0, "sleep 1"));
        owner.awaitClaim(0);

        var drained = worker.drain();

        await().until(() -> announced(incarnation).draining());
        owner.put(task(1, "true"));
        drained.get(10, TimeUnit.SECONDS);
        await().until(() -> owner.results(0).size() == 1);
        assertThat(owner.claims(1)).isEmpty();
        worker.close();
        await().until(() -> announced(incarnation) == null);
    }

    @Test
    void shouldClaimNothingWhileItIsDrainedFromBeforeItsStart() throws Exception {
        tellDrained(new Pause(PauseScope.worker("w1"), "new disk", "ann", 1));
        var drained = fixture.start("w1", 1);
        assertThat(announced(drained.info().incarnation()).draining()).isTrue();
        owner.put(task(0, "true"));
        var other = fixture.start("w2", 1);
        owner.awaitResult(0);
        assertThat(owner.claims(0)).extracting(Command.ClaimTask::worker).containsOnly("w2");
        other.close();

        tellDrained();

        await().until(() -> !announced(drained.info().incarnation()).draining());
        owner.put(task(1, "true"));
        assertThat(owner.awaitClaim(1).worker()).isEqualTo("w1");
    }

    @Test
    void shouldGiveBackWhatItRunsWhenItIsPutIntoQuarantine() throws Exception {
        var worker = fixture.start("w1", 1);
        owner.put(task(0, sleeper("pid")));
        var process = awaitProcess("pid");
        tellDrained(new Pause(PauseScope.worker("w1"), "new disk", "ann", 1));
        await().until(() -> announced(worker.info().incarnation()).draining());
        assertThat(process.isAlive()).isTrue();

        tellDrained(new Pause(PauseScope.worker("w1"), "lies", "ann", 2, 0, true));

        await().until(() ->
                !owner.seen(Command.AbandonClaim.class, c -> c.task() == 0).isEmpty());
        assertThat(process.isAlive()).isFalse();
        assertThat(owner.seen(Command.AbandonClaim.class, c -> c.task() == 0)
                        .get(0)
                        .reason())
                .isEqualTo("its worker was quarantined by ann");
        assertThat(owner.results(0)).isEmpty();
    }

    /** As the owner of partition 0 does. */
    private void tellDrained(Pause... drains) throws Exception {
        try (var client = CuratorFrameworkFactory.newClient(fixture.zookeeper.connectString(), new RetryOneTime(500))) {
            client.start();
            client.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .forPath(PresencePaths.drains(0), Codec.write(Pause[].class, drains));
        }
    }

    @Test
    void shouldGiveBackWhatItRunsWhenItIsClosed() throws Exception {
        var worker = fixture.start("w1", 1);
        owner.put(task(0, sleeper("pid")));
        var process = awaitProcess("pid");

        worker.close();

        assertThat(process.isAlive()).isFalse();
        await().until(() ->
                !owner.seen(Command.AbandonClaim.class, c -> c.task() == 0).isEmpty());
        assertThat(owner.results(0)).isEmpty();
    }

    @Test
    void shouldRefuseADirectoryThatAnotherWorkerHas() throws Exception {
        fixture.start("w1", 1);

        try (var second = new Worker(fixture.config("w1", 1))) {
            assertThatThrownBy(second::start).hasMessageContaining("another worker uses");
        }
    }

    @Test
    void shouldKillEverythingWhenItsSessionIsLostAndComeBackAsANewIncarnation() throws Exception {
        var port = fixture.zookeeper.connectString().replaceFirst(".*:", "");
        var network = fixture.opened(new CuttableProxy(Integer.parseInt(port)));
        var given = fixture.config("w1", 1);
        var worker = fixture.opened(new Worker(new WorkerConfig(
                given.kafka(), network.address(), given.directory(), "w1", 1, Set.of(), Map.of(), null)));
        worker.start();
        var before = worker.info();
        owner.put(task(0, sleeper("pid")));
        var process = awaitProcess("pid");

        network.cut();

        await().until(() -> !process.isAlive());
        await().until(() ->
                !owner.seen(Command.AbandonClaim.class, c -> c.task() == 0).isEmpty());
        owner.put(task(1, "true"));
        network.heal();
        assertThat(owner.awaitResult(1).claim().incarnation()).isNotEqualTo(before.incarnation());
        assertThat(announced(worker.info().incarnation())).isEqualTo(worker.info());
        assertThat(worker.info().worker()).isEqualTo(before.worker());
        await().until(() -> announced(before.incarnation()) == null);
    }

    @Test
    void shouldGoOnWhileTheConnectionToZooKeeperIsMerelyInterrupted() throws Exception {
        var port = fixture.zookeeper.connectString().replaceFirst(".*:", "");
        var network = fixture.opened(new CuttableProxy(Integer.parseInt(port)));
        var given = fixture.config("w1", 1);
        var worker = fixture.opened(new Worker(new WorkerConfig(
                given.kafka(), network.address(), given.directory(), "w1", 1, Set.of(), Map.of(), null)));
        worker.start();
        var incarnation = worker.info().incarnation();

        network.cut();
        owner.put(task(0, "true"));
        owner.awaitResult(0);
        network.heal();

        owner.put(task(1, "true"));
        assertThat(owner.awaitResult(1).claim().incarnation()).isEqualTo(incarnation);
    }

    @Test
    void shouldEndWhatAKilledWorkerLeftBehind() throws Exception {
        var config = fixture.config("w1", 1);
        var first = fixture.opened(new Killable(WorkerProcess.start(config))).process();
        owner.put(
                task(0, "setsid sleep 600 & echo $! > " + temp.resolve("daemon") + "; touch left; " + sleeper("pid")));
        var script = awaitProcess("pid");
        var daemon = awaitProcess("daemon");
        first.destroyForcibly().waitFor();
        assertThat(daemon.isAlive()).isTrue();

        var second = fixture.start("w1", 1);

        await().until(() -> !script.isAlive() && !daemon.isAlive());
        assertThat(config.directory().resolve("slots/0")).doesNotExist();
        owner.put(task(1, "true"));
        assertThat(owner.awaitResult(1).claim().incarnation())
                .isEqualTo(second.info().incarnation());
    }

    private record Killable(Process process) implements AutoCloseable {
        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldShareTasksAndReachForTheSameOneRarely() throws Exception {
        int tasks = 60;
        fixture.start("w1", 2);
        fixture.start("w2", 2);
        for (int i = 0; i < tasks; i++) {
            owner.put(task(i, "sleep 0.05"));
        }

        await().atMost(Duration.ofSeconds(40)).until(() -> IntStream.range(0, tasks)
                .allMatch(i -> wonResults(i).size() == 1));

        assertThat(IntStream.range(0, tasks)
                        .mapToObj(i -> wonResults(i).get(0).claim().incarnation()))
                .satisfies(workers -> assertThat(new HashSet<>(workers)).hasSize(2));
        assertThat(owner.seen(Command.ClaimTask.class, claim -> true)).hasSizeLessThan(tasks * 3 / 2);
    }

    private List<Command.FinishTask> wonResults(int task) {
        return owner.results(task).stream()
                .filter(finish ->
                        finish.claim().equals(owner.claims(task).get(0).claim()))
                .toList();
    }
}
