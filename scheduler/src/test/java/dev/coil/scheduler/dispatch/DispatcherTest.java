package dev.coil.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.command.Command.AbandonClaim;
import dev.coil.protocol.command.Command.ClaimTask;
import dev.coil.protocol.command.Command.FinishTask;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {

    private static final Resources WHOLE = new Resources(null, null, null, true);

    private World world = new World(Patience.STANDARD);

    @AfterEach
    void stop() {
        world.close();
    }

    /** The claim of a task, as soon as it is in the log. */
    private ClaimTask claimOf(ReadyTask task) {
        return claimOf(task, 1);
    }

    private ClaimTask claimOf(ReadyTask task, int times) {
        await().until(() -> claims(task).size() >= times);
        return claims(task).get(times - 1);
    }

    private List<ClaimTask> claims(ReadyTask task) {
        return world.said(ClaimTask.class).stream()
                .filter(claim -> claim.project().equals(task.project()) && claim.task() == task.task())
                .toList();
    }

    private static Answer.Offer offer(Poll poll) throws Exception {
        return (Answer.Offer) poll.answer.get(10, TimeUnit.SECONDS);
    }

    private Lease granted(Session session, ReadyTask task) throws Exception {
        var poll = world.poll(session);
        world.put(task);
        world.answer(task, claimOf(task).claim());
        return world.sessions.lease(offer(poll).token().claim());
    }

    @Test
    void shouldAnswerAPollWhenTheLogHasAcceptedTheClaim() throws Exception {
        var poll = world.poll(world.session("a", 1));
        var task = World.task(1);
        world.put(task);

        var claim = claimOf(task);
        assertThat(poll.isOpen()).isTrue();
        world.answer(task, claim.claim());

        assertThat(offer(poll).task()).isEqualTo(task);
        assertThat(claim.worker()).isEqualTo("a");
        assertThat(world.announcements.has(claim.claim().incarnation())).isTrue();
    }

    @Test
    void shouldLetAPollWaitOnWhenAnotherHasTheTask() throws Exception {
        var poll = world.poll(world.session("a", 1));
        var lost = World.task(1);
        var next = World.task(2);
        world.put(lost);
        claimOf(lost);

        world.answer(lost, new ClaimId("other", 1));
        world.put(next);
        world.answer(next, claimOf(next).claim());

        assertThat(offer(poll).task()).isEqualTo(next);
        assertThat(world.said(AbandonClaim.class)).isEmpty();
    }

    @Test
    void shouldGiveBackAClaimWhoseTaskWasWithdrawn() {
        var poll = world.poll(world.session("a", 1));
        var task = World.task(1);
        world.put(task);
        var claim = claimOf(task);

        world.withdraw(task, "paused: os=linux");

        await().until(() -> !world.said(AbandonClaim.class).isEmpty());
        assertThat(world.said(AbandonClaim.class).get(0).claim()).isEqualTo(claim.claim());
        assertThat(poll.isOpen()).isTrue();
        // It is there again, and may be claimed again.
        world.put(task);
        assertThat(claimOf(task, 2).claim()).isNotEqualTo(claim.claim());
    }

    @Test
    void shouldGiveBackWhatIsGrantedToAWorkerThatHasHungUp() {
        var poll = world.poll(world.session("a", 1));
        var task = World.task(1);
        world.put(task);
        var claim = claimOf(task);

        world.dispatcher.hangUp(poll);
        await().until(() -> !poll.isOpen());
        world.answer(task, claim.claim());

        await().until(() -> world.said(AbandonClaim.class).stream()
                .anyMatch(abandon -> abandon.claim().equals(claim.claim())));
        assertThat(world.sessions.leases()).isEmpty();
    }

    @Test
    void shouldSendAClaimAgainUntilItIsAnswered() {
        world.close();
        world = new World(World.SHORT);
        world.poll(world.session("a", 1));
        var task = World.task(1);
        world.put(task);

        assertThat(claimOf(task, 3).claim()).isEqualTo(claimOf(task).claim());
    }

    @Test
    void shouldGiveBackATaskOfWhichItsWorkerNeverSpoke() throws Exception {
        world.close();
        world = new World(World.SHORT);
        var lease = granted(world.session("a", 1), World.task(1));

        await().until(() -> !world.said(AbandonClaim.class).isEmpty());

        assertThat(world.said(AbandonClaim.class).get(0).claim()).isEqualTo(lease.token.claim());
        assertThat(world.said(FinishTask.class)).isEmpty();
    }

    @Test
    void shouldEndATaskWhoseWorkerHasFallenSilent() throws Exception {
        world.close();
        world = new World(World.SHORT);
        var lease = granted(world.session("a", 1), World.task(1));
        lease.hear();
        // A command that is not taken is said again.
        world.appendable(false);
        await().until(() -> world.refused.get() > 0);
        world.appendable(true);

        await().until(() -> !world.said(FinishTask.class).isEmpty());

        var result = world.said(FinishTask.class).get(0).result();
        assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
        assertThat(result.reason()).startsWith("the worker a was not heard of for");
        await().until(() -> world.sessions.session("a") == null);
        assertThat(world.announcements.has(lease.token.claim().incarnation())).isFalse();
    }

    @Test
    void shouldBeginAnotherIncarnationWhenTheOwnersHaveGivenOneUp() {
        var session = world.session("a", 1);
        world.poll(session);
        var task = World.task(1);
        world.put(task);
        var refused = claimOf(task).claim();

        world.dispatcher.stop(refused, "this worker was given up as lost");
        await().until(() -> !world.announcements.has(refused.incarnation()));
        world.put(World.task(2));

        var second = claimOf(World.task(2)).claim();
        assertThat(second.incarnation()).isNotEqualTo(refused.incarnation());
        assertThat(world.announcements.has(second.incarnation())).isTrue();
    }

    @Test
    void shouldKeepAFormerIncarnationPresentWhileItsTaskRuns() throws Exception {
        var session = world.session("a", 1);
        var token = ClaimToken.of(World.task(7), new ClaimId("former", 3));

        var lease = world.dispatcher.takeOver(session, token).get(10, TimeUnit.SECONDS);

        assertThat(world.announcements.has("former")).isTrue();
        // Its slot is taken.
        world.poll(session);
        world.put(World.task(1));
        world.dispatcher.ended(lease, Outcome.SUCCESS);
        assertThat(claimOf(World.task(1)).claim().incarnation()).isNotEqualTo("former");
        await().until(() -> !world.announcements.has("former"));
    }

    @Test
    void shouldPushOutTheOldestPollWhereThereAreMoreThanSlots() throws Exception {
        var session = world.session("a", 1);
        var old = world.poll(session);
        var young = world.poll(session);

        assertThat(old.answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Nothing(null));
        assertThat(young.isOpen()).isTrue();
    }

    @Test
    void shouldHandOutTheMostUrgentFirstAndProjectsInTurns() throws Exception {
        var low = World.task("p", 1, Priority.LOW, Resources.NONE);
        var flood = List.of(
                World.task("p", 2, Priority.NORMAL, Resources.NONE),
                World.task("p", 3, Priority.NORMAL, Resources.NONE));
        var other = World.task("q", 4, Priority.NORMAL, Resources.NONE);
        var high = World.task("p", 5, Priority.HIGH, Resources.NONE);
        world.session("a", 1);
        world.put(low, flood.get(0), flood.get(1), other, high);
        // They come to be seen before the first poll does.
        world.session("b", 1);

        for (var expected : List.of(high, other, flood.get(0), flood.get(1), low)) {
            var poll = world.poll(world.sessions.session("a"));
            world.answer(expected, claimOf(expected).claim());
            world.dispatcher.ended(world.sessions.lease(offer(poll).token().claim()), Outcome.SUCCESS);
        }
    }

    @Test
    void shouldKeepAWorkerFreeForATaskThatWantsAllOfIt() throws Exception {
        var session = world.session("a", 2);
        var running = granted(session, World.task(1));
        world.put(World.task("p", 2, Priority.NORMAL, WHOLE), World.task(3));

        world.poll(session);
        world.session("b", 1);
        assertThat(claims(World.task(3))).isEmpty();
        world.dispatcher.ended(running, Outcome.SUCCESS);

        claimOf(World.task(2));
        assertThat(claims(World.task(3))).isEmpty();
    }

    @Test
    void shouldHandOutNothingToADrainedWorkerUntilItIsResumed() throws Exception {
        var session = world.session("a", 1);
        world.drains.put("a", new Pause(PauseScope.worker("a"), "a new disk", "ann", 1));
        world.dispatcher.lookAtDrains();
        var poll = world.dispatcher.poll(session, java.time.Duration.ofMillis(100));
        world.put(World.task(1));

        assertThat(poll.answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Nothing("drained by ann: a new disk"));
        assertThat(world.said(ClaimTask.class)).isEmpty();
        world.poll(session);
        world.drains.clear();
        world.dispatcher.lookAtDrains();

        claimOf(World.task(1));
    }

    @Test
    void shouldGiveWhatAQuarantinedWorkerHoldsToOthers() throws Exception {
        var session = world.session("a", 1);
        var running = granted(session, World.task(1));

        world.drains.put("a", new Pause(PauseScope.worker("a"), "lies", "ann", 1, 0, true));
        world.dispatcher.lookAtDrains();

        await().untilAsserted(() -> assertThat(world.said(AbandonClaim.class))
                .extracting(AbandonClaim::reason)
                .containsExactly("its worker was quarantined by ann"));
        assertThat(world.sessions.lease(running.token.claim())).isNull();
    }

    @Test
    void shouldHandOutNothingToAWorkerThatIsUnfit() throws Exception {
        var session = world.session("a", 1);
        world.announce("a", 1, "has a disk that is nearly full");
        var poll = world.dispatcher.poll(session, java.time.Duration.ofMillis(100));
        world.put(World.task(1));

        assertThat(poll.answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Answer.Nothing(null));
        assertThat(world.said(ClaimTask.class)).isEmpty();
        world.poll(session);
        world.announce("a", 1, null);

        claimOf(World.task(1));
    }

    @Test
    void shouldGiveBackWhatIsClaimedWhenItStops() {
        world.poll(world.session("a", 1));
        var task = World.task(1);
        world.put(task);
        claimOf(task);

        world.close();

        assertThat(world.said(AbandonClaim.class)).hasSize(1);
    }

    @Test
    void shouldPreferAnIdleWorkerToABusyOne() throws Exception {
        var busy = world.session("busy", 4);
        granted(busy, World.task(1));
        world.poll(busy);
        world.poll(world.session("idle", 4));
        awaitPolls();

        assertThat(worker(World.task(2))).isEqualTo("idle");
    }

    @Test
    void shouldPreferAmongIdleWorkersOneThatKnowsTheProject() throws Exception {
        var knows = world.session("knows", 1);
        world.dispatcher.ended(granted(knows, World.task(1)), Outcome.SUCCESS);
        world.poll(world.session("first", 1));
        world.poll(knows);
        awaitPolls();

        assertThat(worker(World.task(2))).isEqualTo("knows");
        assertThat(worker(World.task("q", 3, Priority.NORMAL, Resources.NONE))).isEqualTo("first");
    }

    @Test
    void shouldGiveATaskThatEndedWithAnErrorToAnotherWorker() throws Exception {
        var bad = world.session("bad", 1);
        world.dispatcher.ended(granted(bad, World.task(1)), Outcome.ERROR);
        world.poll(bad);
        world.session("other", 1);
        world.put(World.task(1));
        assertThat(worker(World.task(2))).isEqualTo("bad");

        world.poll(world.sessions.session("other"));

        await().until(() -> claims(World.task(1)).size() == 2);
        assertThat(claims(World.task(1)).get(1).worker()).isEqualTo("other");
    }

    @Test
    void shouldGiveATaskThatEndedWithAnErrorToTheSameWorkerWhereThereIsNoOther() throws Exception {
        var bad = world.session("bad", 1);
        world.dispatcher.ended(granted(bad, World.task(1)), Outcome.ERROR);
        world.poll(bad);
        world.put(World.task(1));

        await().until(() -> claims(World.task(1)).size() == 2);
    }

    /** Messages are taken in order, so when this one is answered, all before it were. */
    private void awaitPolls() {
        world.session("last", 1);
    }

    private String worker(ReadyTask task) {
        world.put(task);
        await().until(() -> !claims(task).isEmpty());
        return claims(task).get(0).worker();
    }

    @Test
    void shouldSpreadTasksOverIdleWorkers() {
        for (int i = 0; i < 50; i++) {
            world.poll(world.session("w" + i, 1));
        }
        for (int i = 0; i < 50; i++) {
            world.put(World.task(i));
        }

        await().until(() -> world.said(ClaimTask.class).size() == 50);
        assertThat(world.said(ClaimTask.class).stream().map(ClaimTask::worker).distinct())
                .hasSize(50);
    }
}
