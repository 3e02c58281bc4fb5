package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.scheduler.state.Table;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How all runs of a ref are cancelled at once. */
class CancelRefTest {

    private final Fold fold = new Fold();

    private void submit(String project, String id, String ref) {
        fold.append(new Command.StageTasks(project, id, 0, List.of(task("t"))));
        var source = new Source(null, ref, "push", "", "", "");
        fold.append(new Command.SubmitRun("r", project, id, source, 1, false, "me", fold.group));
    }

    private Event.RequestAnswered cancel(String ref) {
        fold.append(new Command.CancelRef("cancel", "p", ref, "the branch is gone"));
        var answers = fold.answers();
        return answers.get(answers.size() - 1);
    }

    @Test
    void shouldCancelAllRunsOfARefThatHaveNotFinishedAndNoOther() {
        submit("p", "a", "refs/heads/main");
        fold.run(0, Outcome.SUCCESS);
        submit("p", "b", "refs/heads/main");
        submit("p", "c", "refs/heads/other");
        submit("q", "d", "refs/heads/main");
        submit("p", "e", "refs/heads/main");

        assertThat(cancel("refs/heads/main").runs()).containsExactly(2, 4);

        assertThat(fold.events(Event.RunFinished.class))
                .extracting(run -> run.project() + "#" + run.run() + " " + run.outcome())
                .containsExactly("p#1 SUCCESS", "p#2 CANCELLED", "p#4 CANCELLED");
        assertThat(fold.countOf(Table.OPEN_RUNS)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "main, refs/heads/main, true",
        "heads/main, refs/heads/main, true",
        "v1, refs/tags/v1, true",
        "pull/7/head, refs/pull/7/head, true",
        "refs/heads/main, main, false",
        "main, refs/heads/not-main, false",
        "mai, refs/heads/main, false",
        "topic, topic, true"
    })
    void shouldTakeNamesAsGitDoes(String name, String ref, boolean cancelled) {
        submit("p", "a", ref);

        assertThat(cancel(name).runs()).hasSize(cancelled ? 1 : 0);
    }

    @Test
    void shouldCancelARunThatWaitsForItsPlaceToo() {
        fold.group = new Concurrency("g", 1, false);
        submit("p", "a", "main");
        submit("p", "b", "main");

        assertThat(cancel("main").runs()).containsExactly(1, 2);

        assertThat(fold.events(Event.RunFinished.class)).hasSize(2);
    }

    @Test
    void shouldFindARunThatIsRunAgain() {
        submit("p", "a", "main");
        fold.run(0, Outcome.FAILURE);
        assertThat(cancel("main").runs()).isEmpty();

        fold.retry(1, null);

        assertThat(cancel("main").runs()).containsExactly(1);
    }

    @Test
    void shouldLetCleaningUpGoOnAsACancelDoes() {
        fold.submit("a", false, task("t"), when(task("clean", 0), "always()"));

        assertThat(cancel("").runs()).containsExactly(1);

        assertThat(cancel("").runs()).as("said again").isEmpty();
        assertThat(fold.ended()).containsEntry(0, Outcome.CANCELLED).doesNotContainKey(1);
        fold.run(1, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void shouldSayThatThereIsNoSuchProject() {
        assertThat(cancel("main"))
                .extracting(Event.RequestAnswered::rejection, Event.RequestAnswered::message)
                .containsExactly(Rejection.UNKNOWN_PROJECT, "there is no project p");
    }
}
