package dev.coil.viewer.notify;

import static dev.coil.viewer.notify.Runs.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.project.ForgeKind;
import dev.coil.viewer.forge.FakeForge;
import dev.coil.viewer.forge.FakeForge.Status;
import dev.coil.viewer.forge.Trouble;
import dev.coil.viewer.notify.Failures.FailedChange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NotifierTest {

    private static final String COMMIT = "c0ffee0000000000000000000000000000000000";

    private final Notifications notifications = new Notifications(ForgeKind.GITHUB);
    private final Runs runs = notifications.runs;
    private final FakeForge forge = notifications.forge;

    @AfterEach
    void close() {
        notifications.close();
        assertThat(forge.complaints()).isEmpty();
    }

    private List<String> descriptions() {
        return forge.statuses().stream().map(Status::description).toList();
    }

    @Test
    void shouldTellWhereARunIsFromItsBeginningToItsEnd() throws Exception {
        var run = runs.push("mylang", 17, COMMIT, task("build"), task("test"));
        notifications.turn();
        runs.start(run, 0);
        notifications.turn();
        notifications.turn();
        runs.end(run, 0, Outcome.SUCCESS);
        runs.start(run, 1);
        runs.end(run, 1, Outcome.SUCCESS);
        runs.known(run, Outcome.SUCCESS);
        notifications.turn();
        runs.finish(run, Outcome.SUCCESS);
        notifications.settle();

        assertThat(forge.statuses())
                .containsExactly(
                        status("pending", "waiting: 0 of 2 tasks done"),
                        status("pending", "running: 0 of 2 tasks done"),
                        status("success", "passed: 2 tasks in 8 s"));
    }

    private static Status status(String state, String description) {
        return new Status(COMMIT, "coil/mylang/push", state, description, "https://ci.example.org/runs/mylang/17");
    }

    @Test
    void shouldTellOnceWhyACommitCouldNotBecomeARun() throws Exception {
        notifications.failures.add(new FailedChange(
                "mylang", COMMIT, "push", notifications.clock.millis(), ".coil.yml:1:17: no such key"));
        notifications.settle();
        notifications.settle();
        notifications.notifier = notifications.another();
        notifications.settle();

        assertThat(forge.statuses())
                .containsExactly(new Status(
                        COMMIT,
                        "coil/mylang/push",
                        "failure",
                        ".coil.yml:1:17: no such key",
                        "https://ci.example.org/"));

        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        notifications.settle();
        assertThat(forge.status(COMMIT, "coil/mylang/push").state()).isEqualTo("success");
        notifications.settle();
        assertThat(forge.statuses()).hasSize(2);
    }

    @Test
    void shouldNotTellOfAFailureThatIsLongGone() throws Exception {
        notifications.failures.add(
                new FailedChange("mylang", COMMIT, "push", notifications.clock.millis(), "no such key"));
        notifications.clock.pass(Duration.ofHours(25));
        notifications.settle();

        assertThat(forge.statuses()).isEmpty();
    }

    @Test
    void shouldTellOnlyWhatIsNewWhenChangesComeTogether() throws Exception {
        runs.whole(runs.push("mylang", 17, COMMIT, task("build"), task("test")), Outcome.FAILURE);
        notifications.settle();

        assertThat(descriptions()).containsExactly("failed: 2 of 2 tasks: build, test");
    }

    @Test
    void shouldTellOfProgressOnceAMinuteAndOfTheOutcomeAtOnce() throws Exception {
        var run = runs.push("mylang", 17, COMMIT, task("a"), task("b"), task("c"), task("d"));
        runs.start(run, 0);
        notifications.turn();
        for (int task = 0; task < 3; task++) {
            runs.events.done(run, task, Outcome.SUCCESS);
            notifications.turnAfter(Duration.ofSeconds(25));
        }
        assertThat(descriptions()).containsExactly("running: 0 of 4 tasks done", "running: 3 of 4 tasks done");

        runs.events.done(run, 3, Outcome.FAILURE);
        runs.known(run, Outcome.FAILURE);
        runs.finish(run, Outcome.FAILURE);
        notifications.turn();
        assertThat(descriptions()).last().isEqualTo("failed: 1 of 4 tasks: d");
    }

    @Test
    void shouldTellTheRequiredOutcomeAsSoonAsItIsKnownAndUpdateItWhenOthersEnd() throws Exception {
        var run = runs.push("mylang", 17, COMMIT, task("build"), task("bench", "", true), task("fuzz", "", true));
        runs.events.done(run, 0, Outcome.SUCCESS);
        runs.known(run, Outcome.SUCCESS);
        notifications.turn();
        runs.events.done(run, 1, Outcome.FAILURE);
        notifications.turn();
        runs.events.done(run, 2, Outcome.SUCCESS);
        runs.finish(run, Outcome.SUCCESS);
        notifications.turn();

        assertThat(descriptions())
                .containsExactly(
                        "passed: all that must, 1 of 3 tasks done", "passed: 2 tasks in 11 s, 1 that may fail did");
    }

    @Test
    void shouldTellOfTheNewestRunOfACommitAndAnEvent() throws Exception {
        var first = runs.push("mylang", 17, COMMIT, task("build"));
        runs.start(first, 0);
        var second = runs.push("mylang", 18, COMMIT, task("build"));
        runs.whole(second, Outcome.SUCCESS);
        notifications.turn();
        runs.end(first, 0, Outcome.FAILURE);
        runs.known(first, Outcome.FAILURE);
        runs.finish(first, Outcome.FAILURE);
        notifications.settle();
        runs.events.tell(new Event.RunForgotten("mylang", 18));
        notifications.turnAfter(Duration.ofMinutes(10));

        assertThat(forge.statuses())
                .singleElement()
                .extracting(Status::state, Status::url)
                .containsExactly("success", "https://ci.example.org/runs/mylang/18");
    }

    @Test
    void shouldTellAContextForEachEvent() throws Exception {
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        runs.whole(
                runs.run("mylang", 18, new Source(COMMIT, "", "schedule", "", "", ""), task("build")), Outcome.ERROR);
        runs.whole(runs.run("mylang", 19, Source.none(), task("build")), Outcome.ERROR);
        notifications.settle();

        assertThat(forge.statuses())
                .extracting(Status::context, Status::state)
                .containsExactlyInAnyOrder(
                        tuple("coil/mylang/push", "success"), tuple("coil/mylang/schedule", "error"));
    }

    @Test
    void shouldTellProjectsOfOneRepositoryApart() throws Exception {
        notifications.repositories.put("other", notifications.forge.repository());
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        runs.whole(runs.push("other", 1, COMMIT, task("build")), Outcome.FAILURE);
        notifications.settle();

        assertThat(forge.statuses())
                .extracting(Status::context, Status::state)
                .containsExactlyInAnyOrder(tuple("coil/mylang/push", "success"), tuple("coil/other/push", "failure"));
    }

    @Test
    void shouldTellAgainWhenARetryReopensARun() throws Exception {
        var run = runs.push("mylang", 17, COMMIT, task("build"));
        runs.whole(run, Outcome.FAILURE);
        notifications.turn();
        runs.events.tell(new Event.RunReopened("mylang", 17));
        runs.events.tell(new Event.TaskReset("mylang", 17, 0));
        notifications.turn();
        runs.whole(run, Outcome.SUCCESS);
        notifications.turn();

        assertThat(forge.statuses()).extracting(Status::state).containsExactly("failure", "pending", "success");
    }

    @Test
    void shouldTellOnlyWhileItLeads() throws Exception {
        notifications.leads = false;
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        notifications.turn();
        assertThat(forge.calls()).isEmpty();

        notifications.leads = true;
        notifications.settle();
        assertThat(forge.statuses()).hasSize(1);
    }

    @Test
    void shouldRepeatNothingAfterARestart() throws Exception {
        var run = runs.push("mylang", 17, COMMIT, task("build"));
        runs.start(run, 0);
        notifications.settle();
        notifications.notifier = notifications.another();
        notifications.turnAfter(Duration.ofMinutes(2));
        assertThat(forge.statuses()).hasSize(1);

        runs.end(run, 0, Outcome.SUCCESS);
        runs.known(run, Outcome.SUCCESS);
        runs.finish(run, Outcome.SUCCESS);
        notifications.notifier = notifications.another();
        notifications.settle();
        notifications.notifier = notifications.another();
        int calls = forge.calls().size();
        notifications.turnAfter(Duration.ofHours(1));
        assertThat(forge.statuses()).extracting(Status::state).containsExactly("pending", "success");
        assertThat(forge.calls()).hasSize(calls);
    }

    @Test
    void shouldNotFloodAForgeThatAnOldProjectIsGiven() throws Exception {
        notifications.repositories.clear();
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        notifications.settle();
        notifications.clock.pass(Duration.ofDays(3));
        notifications.repositories.put("mylang", forge.repository());
        notifications.notifier = notifications.another();
        notifications.settle();

        assertThat(forge.statuses()).isEmpty();
    }

    @Test
    void shouldTellWhatEndedWhileNobodyWasThereIfItsBeginningWasTold() throws Exception {
        var run = runs.push("mylang", 17, COMMIT, task("build"));
        notifications.settle();
        runs.whole(run, Outcome.SUCCESS);
        notifications.clock.pass(Duration.ofDays(3));
        notifications.notifier = notifications.another();
        notifications.settle();

        assertThat(forge.statuses()).extracting(Status::state).containsExactly("pending", "success");
    }

    @Test
    void shouldFindAForgeThatAProjectIsGivenLater() throws Exception {
        notifications.repositories.clear();
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        notifications.turn();
        notifications.repositories.put("mylang", forge.repository());
        notifications.turnAfter(Duration.ofMinutes(6));

        assertThat(forge.statuses()).hasSize(1);
    }

    @Test
    void shouldTellOfOtherProjectsWhenOneCannotBeAsked() throws Exception {
        runs.whole(runs.push("broken", 17, COMMIT, task("build")), Outcome.SUCCESS);
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        notifications.settle();

        assertThat(forge.statuses()).hasSize(1);
    }

    @Test
    void shouldNotRepeatWhatIsRefusedUntilItIsAnother() throws Exception {
        forge.trouble(Trouble.FORBIDDEN);
        var run = runs.push("mylang", 17, COMMIT, task("a"), task("b"));
        runs.start(run, 0);
        notifications.settle();
        runs.end(run, 0, Outcome.SUCCESS);
        notifications.turnAfter(Duration.ofMinutes(20));
        notifications.notifier = notifications.another();
        notifications.turnAfter(Duration.ofMinutes(20));
        assertThat(forge.calls()).hasSize(1);

        forge.trouble();
        runs.events.done(run, 1, Outcome.SUCCESS);
        runs.known(run, Outcome.SUCCESS);
        runs.finish(run, Outcome.SUCCESS);
        notifications.settle();
        assertThat(descriptions()).containsExactly("passed: 2 tasks in 8 s");
    }

    @Test
    void shouldWaitLongerEachTimeForAForgeThatIsAway() throws Exception {
        forge.trouble(Trouble.BROKEN);
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        for (int second = 0; second < 3_600; second++) {
            notifications.turnAfter(Duration.ofSeconds(1));
        }
        assertThat(forge.calls()).hasSizeBetween(16, 40);

        forge.trouble();
        notifications.turnAfter(Duration.ofMinutes(5));
        assertThat(forge.statuses()).hasSize(1);
    }

    @Test
    void shouldLeaveAForgeAloneAsLongAsItAsksFor() throws Exception {
        forge.trouble(Trouble.LIMITED_403);
        for (int number = 1; number <= 50; number++) {
            runs.whole(runs.push("mylang", number, "abcd" + number, task("build")), Outcome.SUCCESS);
        }
        notifications.turn();
        forge.trouble();
        notifications.turnAfter(Duration.ofSeconds(17));
        assertThat(forge.calls()).hasSize(1);

        notifications.turnAfter(Duration.ofSeconds(5));
        assertThat(forge.statuses()).hasSize(50);
    }

    @Test
    void shouldNotTellTwiceWhatItCannotRemember() throws Exception {
        notifications.told.broken = true;
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.SUCCESS);
        notifications.settle();
        notifications.turnAfter(Duration.ofMinutes(10));
        assertThat(forge.statuses()).hasSize(1);

        notifications.told.broken = false;
        notifications.turn();
        notifications.notifier = notifications.another();
        notifications.settle();
        assertThat(forge.statuses()).hasSize(1);
    }

    @Test
    void shouldBeHeldUpByNoOtherHostThatHangs() {
        try (var other = new FakeForge(ForgeKind.GITEA)) {
            notifications.repositories.put("other", other.repository());
            forge.trouble(Trouble.HANGS);
            for (int number = 1; number <= 20; number++) {
                runs.whole(runs.push("mylang", number, "abcd" + number, task("build")), Outcome.SUCCESS);
                runs.whole(runs.push("other", number, "abcd" + number, task("build")), Outcome.SUCCESS);
            }
            notifications.notifier.start();

            await().untilAsserted(() -> assertThat(other.statuses()).hasSize(20));
            assertThat(forge.statuses()).isEmpty();
            assertThat(other.complaints()).isEmpty();
        }
    }

    @Test
    void shouldCommentOnAPullRequestOnceItsOutcomeIsKnownAndEditThat() throws Exception {
        forge.pullRequest(8, true, COMMIT);
        var run = runs.pullRequest("mylang", 17, COMMIT, 8, task("build"), task("bench", "", true));
        runs.events.done(run, 0, Outcome.SUCCESS);
        notifications.turn();
        assertThat(forge.comments(8)).isEmpty();

        runs.known(run, Outcome.SUCCESS);
        notifications.turn();
        assertThat(forge.comments(8)).singleElement().satisfies(comment -> assertThat(comment.body())
                .startsWith("<!-- coil mylang -->\n**[mylang#17](https://ci.example.org/runs/mylang/17) passed**"));

        runs.events.done(run, 1, Outcome.FAILURE);
        runs.finish(run, Outcome.SUCCESS);
        notifications.turn();
        assertThat(forge.comments(8)).singleElement().satisfies(comment -> assertThat(comment.body())
                .contains("[`bench`](https://ci.example.org/runs/mylang/17/tasks/1) (may fail)"));
        assertThat(forge.calls()).noneMatch(call -> call.contains("/pulls"));
    }

    @Test
    void shouldCommentOnThePullRequestsThatAPushedCommitIsTheHeadOf() throws Exception {
        forge.pullRequest(8, true, COMMIT);
        forge.pullRequest(9, true, COMMIT, "beef");
        runs.whole(runs.push("mylang", 17, COMMIT, task("build")), Outcome.FAILURE);
        notifications.settle();
        int calls = forge.calls().size();
        notifications.turnAfter(Duration.ofHours(1));

        assertThat(forge.comments(8)).hasSize(1);
        assertThat(forge.comments(9)).isEmpty();
        assertThat(forge.calls()).hasSize(calls);
    }

    @Test
    void shouldNotWriteOverTheCommentOfANewerRun() throws Exception {
        forge.pullRequest(8, true, COMMIT, "beef");
        var before = runs.pullRequest("mylang", 17, COMMIT, 8, task("build"));
        runs.start(before, 0);
        runs.whole(runs.pullRequest("mylang", 18, "beef", 8, task("build")), Outcome.SUCCESS);
        notifications.turn();
        runs.end(before, 0, Outcome.FAILURE);
        runs.known(before, Outcome.FAILURE);
        runs.finish(before, Outcome.FAILURE);
        notifications.settle();

        assertThat(forge.comments(8)).singleElement().satisfies(comment -> assertThat(comment.body())
                .contains("mylang#18"));
        assertThat(forge.status(COMMIT, "coil/mylang/pull_request"))
                .extracting(Status::state)
                .isEqualTo("failure");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellEachOutcomeOnceToAForgeThatFailsATenthOfTheCalls(ForgeKind kind) throws Exception {
        new FailingForge(kind, 1_000, 250).shouldKnowEachOutcomeOnce();
    }
}
