package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.requiring;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.worker;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which of the ready tasks are in the space, and which of them nobody could take. */
class WindowTest {

    private final Fold fold = new Fold();

    private static List<TaskSpec> tasks(int count) {
        return IntStream.range(0, count).mapToObj(i -> task("t" + i)).toList();
    }

    @Test
    void shouldPublishOnlyAWindowAndFillItUntilNothingIsLeft() {
        fold.submit("a", false, tasks(1_000));
        assertThat(fold.space).hasSize(64);

        for (int i = 0; i < 1_000; i++) {
            fold.run(fold.space.keySet().iterator().next().task(), Outcome.SUCCESS);
        }

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(fold.ready()).isZero();
    }

    @Test
    void shouldLetNobodyOvertakeThoseInTheQueueOfAHalfFullWindow() {
        fold.submit("a", false, tasks(70));
        for (int i = 0; i < 10; i++) {
            fold.claim(i, "w");
        }
        assertThat(fold.space).hasSize(54);

        fold.submit("b", false, task("newcomer"));

        assertThat(fold.space).doesNotContainKey(new TaskRef("p", 2, 0));
    }

    @Test
    void shouldLetATaskThatIsRunAgainGoBehindThoseWhoCameMeanwhile() {
        fold.submit("a", false, tasks(70));
        fold.append(new Command.CancelRun("req", "p", 1, 69, "enough"));
        fold.now += 1_000;
        fold.submit("b", false, tasks(5));
        fold.retry(1, 69);

        for (int i = 0; i < 32; i++) {
            fold.claim(i, "w");
        }

        assertThat(List.copyOf(fold.space.keySet())).endsWith(new TaskRef("p", 2, 4), new TaskRef("p", 1, 69));
        assertThat(fold.space.get(new TaskRef("p", 1, 69)).readyAt()).isEqualTo(fold.now);
    }

    @Test
    void shouldPublishATaskOfHigherPriorityThoughTheWindowIsFull() {
        fold.submit("a", false, tasks(1_000));

        fold.submit("b", false, task("urgent").with().priority(Priority.HIGH).build());

        assertThat(fold.space).containsKey(new TaskRef("p", 2, 0));
    }

    @Test
    void shouldPublishTasksOfAnotherProjectThoughOneFloodsTheWindow() {
        fold.submit("a", false, tasks(1_000));

        fold.append(new Command.StageTasks("q", "b", 0, tasks(40)));
        fold.append(new Command.SubmitRun("r", "q", "b", Source.none(), 40, false, "me", null));

        assertThat(fold.space.keySet().stream().filter(task -> task.project().equals("q")))
                .as("its half of the window")
                .hasSize(32);
    }

    @Test
    void shouldTellOnceThatNobodyMeetsARequirementAndOnceThatSomebodyDoes() {
        fold.workers(worker("w1", 2));
        fold.submit("a", false, task("fits"), requiring(task("a"), "arch=s390x"), requiring(task("b"), "arch=s390x"));

        assertThat(shortages()).containsExactly("arch=s390x: no worker has arch=s390x");
        fold.restart();
        fold.workers(worker("w1", 2), worker("w2", 2));
        fold.submit("b", false, requiring(task("c"), "arch=s390x"));
        assertThat(shortages()).hasSize(1);
        fold.workers();
        assertThat(shortages())
                .contains("arch=x86_64 os=linux: no worker is present", "arch=s390x: no worker is present");
        fold.workers(worker("w1", 2));
        assertThat(fold.events(Event.RequirementMet.class))
                .extracting(met -> met.requirement().canonical())
                .containsExactly("arch=x86_64 os=linux");
    }

    private List<String> shortages() {
        return fold.events(Event.RequirementUnmet.class).stream()
                .map(unmet -> unmet.requirement().canonical() + ": " + unmet.reason())
                .toList();
    }
}
