package dev.coil.scheduler.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BlobUseTest {

    private static final long HOUR = 3_600_000;

    private BlobUse use = new BlobUse(ArtifactRetention.STANDARD);
    private long now = 1_000 * HOUR;

    private BlobUse.Change tell(Event event) {
        return use.apply(new EventRecord(0, 1, now, event));
    }

    private void run(int number, @Nullable String script) {
        tell(new Event.TasksStaged("p", "id" + number, 0, List.of(task(script))));
        tell(new Event.RunCreated("p", number, "id" + number, Source.none(), 1, "me"));
    }

    private static TaskSummary task(@Nullable String script) {
        return task(script, Map.of());
    }

    private static TaskSummary task(@Nullable String script, Map<String, Long> expires) {
        return new TaskSummary(
                "t",
                "t",
                Map.of(),
                List.of(),
                Requirement.ANY,
                null,
                Priority.NORMAL,
                false,
                null,
                "",
                List.of(),
                script,
                Resources.NONE,
                null,
                expires);
    }

    private static AttemptResult left(@Nullable String tree, String... artifacts) {
        var stored = List.of(artifacts).stream()
                .map(digest -> new StoredArtifact("a", digest, 1, 1))
                .toList();
        return new AttemptResult(Outcome.SUCCESS, 0, null, null, 0, 0, 0, stored, tree, null);
    }

    private BlobUse.Change ended(int run, AttemptResult result) {
        return tell(new Event.TaskFinished("p", run, 0, 1, Outcome.SUCCESS, result, null, null, null));
    }

    private BlobUse.Change forget(int run) {
        return tell(new Event.RunForgotten("p", run));
    }

    @Test
    void shouldReleaseWhatOnlyTheForgottenRunNamed() {
        run(1, "script");
        tell(new Event.AttemptEnded("p", 1, 0, 1, Outcome.FAILURE, left(null, "first"), null, 0));
        ended(1, left("tree", "second", "shared"));
        run(2, "script");
        ended(2, left(null, "shared"));

        assertThat(forget(1).released()).containsExactlyInAnyOrder("first", "second", "tree");
        assertThat(use.isNamed("shared")).isTrue();
        assertThat(use.isNamed("first")).isFalse();
        assertThat(forget(2).released()).containsExactlyInAnyOrder("script", "shared");
    }

    @Test
    void shouldKeepWhatATaskNamesThatWasGenerated() {
        run(1, "script");
        run(2, null);
        tell(new Event.GeneratedStaged("p", 2, 0, 1, 0, List.of(task("script"))));

        assertThat(forget(1).released()).isEmpty();
        assertThat(forget(2).released()).containsExactly("script");
    }

    @Test
    void shouldTellWhenABlobIsNamedAgain() {
        assertThat(ended(1, left(null, "a")).named()).containsExactly("a");
        assertThat(ended(2, left(null, "a")).named()).isEmpty();
        forget(1);
        forget(2);

        assertThat(ended(3, left(null, "a")).named()).containsExactly("a");
    }

    @Test
    void shouldKeepTheScriptOfASubmissionThatIsNoRunYet() {
        run(1, "script");
        tell(new Event.TasksStaged("p", "next", 0, List.of(task("script"))));

        assertThat(forget(1).released()).isEmpty();
    }

    @Test
    void shouldCountARunOnceHoweverOftenItNamesABlob() {
        ended(1, left(null, "a"));
        ended(1, left("a", "a"));

        assertThat(forget(1).released()).containsExactly("a");
    }

    private void finished(int run) {
        tell(new Event.RunFinished("p", run, Outcome.SUCCESS));
    }

    @Test
    void shouldReleaseWhatExpiresByItsGraph() {
        tell(new Event.TasksStaged("p", "id1", 0, List.of(task("script"))));
        tell(new Event.TasksStaged("p", "id1", 1, List.of(task(null, Map.of("a", HOUR)))));
        tell(new Event.RunCreated("p", 1, "id1", Source.none(), 2, "me"));
        ended(1, left("tree", "other"));
        tell(new Event.TaskFinished("p", 1, 1, 1, Outcome.SUCCESS, left(null, "mine"), null, null, null));
        finished(1);

        assertThat(use.mayExpire()).isTrue();
        assertThat(use.expire(now + HOUR - 1).released()).isEmpty();
        assertThat(use.expire(now + HOUR).released()).containsExactly("mine");
        assertThat(use.expire(now + HOUR).released()).isEmpty();
        assertThat(use.expire(now + 1_000 * HOUR).released()).isEmpty();
        assertThat(forget(1).released()).containsExactlyInAnyOrder("script", "tree", "other");
    }

    @Test
    void shouldReleaseWhatExpiresOfATaskThatWasGenerated() {
        run(1, null);
        tell(new Event.GeneratedStaged("p", 1, 0, 1, 0, List.of(task(null))));
        tell(new Event.GeneratedStaged("p", 1, 0, 1, 1, List.of(task(null, Map.of("a", HOUR)))));
        tell(new Event.TasksGenerated("p", 1, 0, 1, 1, 2));
        ended(1, left(null, "of the generator"));
        tell(new Event.TaskFinished("p", 1, 2, 1, Outcome.SUCCESS, left(null, "mine"), null, null, null));
        finished(1);

        assertThat(use.expire(now + HOUR).released()).containsExactly("mine");
    }

    @Test
    void shouldReleaseWhatIsNeitherYoungNorOfTheNewestRuns() {
        use = new BlobUse(new ArtifactRetention(1, Duration.ofHours(2)));
        for (int run = 1; run <= 2; run++) {
            run(run, "script");
            ended(run, left("tree" + run, "a" + run));
            finished(run);
        }

        assertThat(use.expire(now + 2 * HOUR - 1).released()).isEmpty();
        assertThat(use.expire(now + 2 * HOUR).released()).containsExactlyInAnyOrder("tree1", "a1");
        now += 5 * HOUR;
        run(3, "script");
        assertThat(use.expire(now).released()).containsExactlyInAnyOrder("tree2", "a2");
        assertThat(use.isNamed("script")).isTrue();
    }

    @Test
    void shouldKeepAllOfARunThatGoesOn() {
        use = new BlobUse(new ArtifactRetention(0, Duration.ofHours(1)));
        run(1, null);
        ended(1, left(null, "a"));

        assertThat(use.expire(now + 2 * HOUR).released()).isEmpty();
        finished(1);
        assertThat(use.expire(now + 2 * HOUR).released()).containsExactly("a");
        assertThat(tell(new Event.RunReopened("p", 1)).named()).containsExactly("a");
        assertThat(use.expire(now + 2 * HOUR).released()).isEmpty();
        finished(1);
        assertThat(use.expire(now + 2 * HOUR).released()).containsExactly("a");
    }

    @Test
    void shouldKeepWhatAnotherRunMadeAsWell() {
        use = new BlobUse(new ArtifactRetention(0, Duration.ofHours(1)));
        run(1, null);
        ended(1, left(null, "same"));
        finished(1);
        now += HOUR;
        run(2, null);
        ended(2, left(null, "same"));
        finished(2);

        assertThat(use.expire(now).released()).isEmpty();
        assertThat(use.isNamed("same")).isTrue();
        assertThat(use.expire(now + HOUR).released()).containsExactly("same");
        assertThat(forget(1).released()).isEmpty();
        assertThat(forget(2).released()).isEmpty();
    }

    @Test
    void shouldNameAgainWhatExpiredByAWrongClock() {
        use = new BlobUse(new ArtifactRetention(0, Duration.ofHours(1)));
        run(1, null);
        ended(1, left(null, "a"));
        finished(1);

        assertThat(use.expire(now + 100 * HOUR).released()).containsExactly("a");
        assertThat(use.expire(now).named()).containsExactly("a");
        assertThat(use.isNamed("a")).isTrue();
    }
}
