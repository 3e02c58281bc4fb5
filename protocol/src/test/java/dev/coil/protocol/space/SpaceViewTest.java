package dev.coil.protocol.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpaceViewTest {

    private static final Attributes LINUX = Attributes.of(Map.of("os", "linux", "arch", "x86_64"));
    private static final Attributes BSD = Attributes.of(Map.of("os", "freebsd", "arch", "x86_64"));

    private final SpaceView view = new SpaceView();
    private final FairShare shares = new FairShare();

    @Test
    void shouldOfferOnlyWhatAWorkerMeets() {
        put(task(1, "any"));
        put(task(2, "os=linux"));
        put(task(3, "os=freebsd"));

        assertThat(offered(LINUX, 10)).containsExactly(1, 2);
        assertThat(offered(BSD, 10)).containsExactly(1, 3);
    }

    @Test
    void shouldOfferByPriorityThenAgeThenName() {
        put(task("a", 1, 6, "any", Priority.NORMAL, 20));
        put(task("a", 1, 2, "any", Priority.NORMAL, 20));
        put(task("a", 1, 3, "os=linux", Priority.LOW, 1));
        put(task("a", 1, 4, "os=linux", Priority.HIGH, 30));
        put(task("a", 1, 5, "os=linux", Priority.NORMAL, 10));

        assertThat(offered(LINUX, 10)).containsExactly(4, 5, 2, 6, 3);
        assertThat(offered(LINUX, 2)).containsExactly(4, 5);
    }

    @Test
    void shouldForgetWhatIsClaimedOrWithdrawn() {
        put(task(1, "any"));
        put(task(2, "any"));

        view.apply(new SpaceChange.Remove(ref(1), new Tombstone(1, 1, new ClaimId("w", 1), null)));
        view.remove(ref(2));

        assertThat(view.size()).isZero();
        assertThat(offered(LINUX, 10)).isEmpty();
        assertThat(view.get(ref(1))).isNull();
    }

    @Test
    void shouldReplaceATaskThatIsPutAgain() {
        put(task(1, "os=freebsd"));
        put(task(1, "os=linux"));

        assertThat(view.size()).isEqualTo(1);
        assertThat(offered(BSD, 10)).isEmpty();
        assertThat(offered(LINUX, 10)).containsExactly(1);
    }

    @Test
    void shouldIgnoreAnOwnerThatHasBeenFollowedByAnother() {
        view.apply(new SpaceChange.Remove(ref(9), new Tombstone(2, 1, null, "cancelled")));

        put(task(1, "any"));

        assertThat(view.size()).isZero();
    }

    @Test
    void shouldTellOwnersOfDifferentProjectsApart() {
        view.apply(new SpaceChange.Remove(new TaskRef("other", 1, 1), new Tombstone(7, 1, null, "cancelled")));

        put(task(1, "any"));

        assertThat(view.size()).isEqualTo(1);
    }

    @Test
    void shouldMatchAClassAgainAfterItWasGone() {
        put(task(1, "os=linux"));
        assertThat(offered(LINUX, 10)).containsExactly(1);
        view.remove(ref(1));
        assertThat(offered(LINUX, 10)).isEmpty();

        put(task(2, "os=linux"));

        assertThat(offered(LINUX, 10)).containsExactly(2);
    }

    @Test
    void shouldOfferTheTasksOfProjectsInTurnsWithinAPriority() {
        for (int task = 1; task <= 5; task++) {
            put(task("flood", 1, task, "any", Priority.NORMAL, task));
        }
        put(task("small", 1, 11, "os=linux", Priority.NORMAL, 100));
        put(task("small", 1, 12, "any", Priority.NORMAL, 101));
        put(task("flood", 1, 6, "any", Priority.HIGH, 200));

        assertThat(offered(LINUX, 10)).containsExactly(6, 11, 1, 12, 2, 3, 4, 5);
    }

    @Test
    void shouldOfferFirstWhoHasHadLeast() {
        put(task("a", 1, 1, "any", Priority.NORMAL, 1));
        put(task("b", 1, 2, "any", Priority.NORMAL, 2));
        shares.take("a", 1);
        assertThat(offered(LINUX, 2)).containsExactly(2, 1);

        shares.take("b", 1);
        shares.end("b", 1, 60);

        assertThat(offered(LINUX, 2)).containsExactly(1, 2);
    }

    private void put(ReadyTask task) {
        view.apply(new SpaceChange.Put(task));
    }

    private List<Integer> offered(Attributes attributes, int limit) {
        return view.matching(attributes, shares, limit).stream()
                .map(ReadyTask::task)
                .toList();
    }

    private static TaskRef ref(int task) {
        return new TaskRef("p", 1, task);
    }

    private static ReadyTask task(int task, String requirement) {
        return task("p", 1, task, requirement, Priority.NORMAL, task);
    }

    private static ReadyTask task(
            String project, long epoch, int task, String requirement, Priority priority, long readyAt) {
        return new ReadyTask(
                epoch,
                project,
                1,
                task,
                1,
                "0123456789abcdef",
                "t" + task,
                Map.of(),
                Requirement.parse(requirement),
                priority,
                Start.OPTIMISTIC,
                0,
                readyAt,
                Source.none(),
                Action.script("true"),
                null,
                List.of());
    }
}
