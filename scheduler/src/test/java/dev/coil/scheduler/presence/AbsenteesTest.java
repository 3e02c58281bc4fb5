package dev.coil.scheduler.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Workers, and what an owner knows of them from second to second. */
class AbsenteesTest {

    private static final WorkerInfo ANN = worker("ann", "ann-1", 1);
    private static final WorkerInfo BEN = worker("ben", "ben-1", 1);

    private final Absentees absentees = new Absentees(List.of(ANN, BEN));

    private static WorkerInfo ofGateway(String id, String incarnation, long startedAt) {
        return new WorkerInfo(id, id, incarnation, Attributes.of(Map.of()), 1, "test", startedAt, false, "g1");
    }

    private static WorkerInfo worker(String id, String incarnation, long startedAt) {
        return new WorkerInfo(id, id, incarnation, Attributes.of(Map.of()), 1, "test", startedAt, false);
    }

    /** Both hold claims. */
    private List<String> look(int second, boolean complete, WorkerInfo... present) {
        var picture = new Presence.Picture(complete, 1, List.of(present));
        return absentees.look(picture, Set.of("ann-1", "ben-1"), TimeUnit.SECONDS.toNanos(second)).stream()
                .map(lost -> lost.incarnation() + ": " + lost.reason())
                .toList();
    }

    @Test
    void shouldGiveUpWhoIsAwayForLongerThanTheGrace() {
        assertThat(look(0, true, BEN)).isEmpty();
        assertThat(look(3, true, BEN)).isEmpty();

        assertThat(look(4, true, BEN)).containsExactly("ann-1: the worker was lost");
        assertThat(look(5, true, BEN)).as("as long as it holds claims").hasSize(1);
    }

    @Test
    void shouldForgetThatSomebodyWasAwayWhoIsBack() {
        look(0, true, BEN);
        look(3, true, ANN, BEN);

        assertThat(look(4, true, BEN)).isEmpty();
        assertThat(look(7, true, BEN)).isEmpty();
        assertThat(look(8, true, BEN)).hasSize(1);
    }

    @Test
    void shouldMissNobodyUntilItIsKnownAgainWhoIsPresentAndThenBeginTheGraceAnew() {
        look(0, true, BEN);
        assertThat(look(60, false)).isEmpty();

        assertThat(look(61, true)).isEmpty();
        assertThat(look(64, true)).isEmpty();
        assertThat(look(65, true, BEN)).containsExactly("ann-1: the worker was lost");
    }

    @Test
    void shouldGiveUpAtOnceWhoWasRestarted() {
        assertThat(look(0, true, worker("ann", "ann-2", 2), BEN)).containsExactly("ann-1: the worker was restarted");
    }

    @Test
    void shouldLetAWorkerThatLostItsSessionGiveBackWhatItHeld() {
        var same = worker("ann", "ann-2", 1);
        look(0, true, same, BEN);

        assertThat(look(30, true, same, BEN)).isEmpty();
        assertThat(look(31, true, same, BEN)).containsExactly("ann-1: the worker was lost");
    }

    @Test
    void shouldGiveWorkersTimeToConnectAgainAfterASleep() {
        look(0, true, BEN);
        absentees.awoke(TimeUnit.SECONDS.toNanos(1));

        assertThat(look(10, true, BEN)).isEmpty();
        assertThat(look(15, true, BEN)).isEmpty();
        assertThat(look(16, true, BEN)).hasSize(1);
    }

    @Test
    void shouldGiveAWorkerTimeToFindAnotherGateway() {
        look(0, true, ofGateway("ann", "ann-1", 1), BEN);
        assertThat(look(1, true, BEN)).isEmpty();

        assertThat(look(61, true, BEN)).isEmpty();
        assertThat(look(62, true, BEN)).containsExactly("ann-1: the worker was lost");
    }

    @Test
    void shouldGiveAWorkerThatFoundAnotherGatewayTimeToSpeakOfWhatItHolds() {
        look(0, true, ofGateway("ann", "ann-1", 1), BEN);
        look(1, true, BEN);
        var same = ofGateway("ann", "ann-2", 1);
        assertThat(look(55, true, same, BEN)).isEmpty();

        assertThat(look(85, true, same, BEN)).isEmpty();
        assertThat(look(86, true, same, BEN)).containsExactly("ann-1: the worker was lost");
        assertThat(look(87, true, same, ofGateway("ann", "ann-1", 1), BEN))
                .as("there again through it")
                .isEmpty();
    }

    @Test
    void shouldGiveUpAtOnceAWorkerOfAGatewayThatWasRestarted() {
        look(0, true, ofGateway("ann", "ann-1", 1), BEN);

        assertThat(look(1, true, ofGateway("ann", "ann-2", 2), BEN)).containsExactly("ann-1: the worker was restarted");
    }

    @Test
    void shouldKnowOfAGatewayWhatAFormerOwnerKnew() {
        var next = new Absentees(List.of(ofGateway("ann", "ann-1", 1)));
        var nobody = new Presence.Picture(true, 1, List.of());
        next.look(nobody, Set.of("ann-1"), 0);

        assertThat(next.look(nobody, Set.of("ann-1"), TimeUnit.SECONDS.toNanos(60)))
                .isEmpty();
        assertThat(next.look(nobody, Set.of("ann-1"), TimeUnit.SECONDS.toNanos(61)))
                .hasSize(1);
    }
}
