package dev.coil.scheduler.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Requirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BlobUseTest {

    private final BlobUse use = new BlobUse();

    private void run(int number, @Nullable String script) {
        use.apply(new Event.TasksStaged("p", "id" + number, 0, List.of(task(script))));
        use.apply(new Event.RunCreated("p", number, "id" + number, Source.none(), 1, "me"));
    }

    private static TaskSummary task(@Nullable String script) {
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
                null);
    }

    private static AttemptResult left(@Nullable String tree, String... artifacts) {
        var stored = List.of(artifacts).stream()
                .map(digest -> new StoredArtifact("a", digest, 1, 1))
                .toList();
        return new AttemptResult(Outcome.SUCCESS, 0, null, null, 0, 0, 0, stored, tree, null);
    }

    private BlobUse.Change ended(int run, AttemptResult result) {
        return use.apply(new Event.TaskFinished("p", run, 0, 1, Outcome.SUCCESS, result, null, null, null));
    }

    private BlobUse.Change forget(int run) {
        return use.apply(new Event.RunForgotten("p", run));
    }

    @Test
    void shouldReleaseWhatOnlyTheForgottenRunNamed() {
        run(1, "script");
        use.apply(new Event.AttemptEnded("p", 1, 0, 1, Outcome.FAILURE, left(null, "first"), null, 0));
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
        use.apply(new Event.GeneratedStaged("p", 2, 0, 1, 0, List.of(task("script"))));

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
        use.apply(new Event.TasksStaged("p", "next", 0, List.of(task("script"))));

        assertThat(forget(1).released()).isEmpty();
    }

    @Test
    void shouldCountARunOnceHoweverOftenItNamesABlob() {
        ended(1, left(null, "a"));
        ended(1, left("a", "a"));

        assertThat(forget(1).released()).containsExactly("a");
    }
}
