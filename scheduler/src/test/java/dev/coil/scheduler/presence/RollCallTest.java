package dev.coil.scheduler.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.resolver.MemoryState;
import dev.coil.scheduler.resolver.Resolver;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.window.PresentWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An owner, what it sees in ZooKeeper, and what becomes of what it says of that. */
class RollCallTest {

    private static final WorkerInfo ANN = worker("ann", 1);
    private static final WorkerInfo BEN = worker("ben", 1);

    private final MemoryState state = new MemoryState();
    private final Resolver resolver = new Resolver(state);
    private RollCall rollCall = new RollCall(resolver.workers());
    private long offset;
    private long millis;

    @BeforeEach
    void begin() {
        fold(List.of(new Command.StartEpoch("test")));
    }

    private static WorkerInfo worker(String name, int slots) {
        return new WorkerInfo(name, name, name, Attributes.of(Map.of("os", "linux")), slots, "test", 1, false);
    }

    private List<Command.ChangeWorkers> look(WorkerInfo... present) {
        return look(List.of(present));
    }

    private List<Command.ChangeWorkers> look(List<WorkerInfo> present) {
        var picture = new Presence.Picture(true, 1, present);
        boolean begun = Meta.CHANGES_TOLD.get(state) == 1;
        return rollCall.look(0, picture, begun, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private List<Command.ChangeWorkers> later(int after, WorkerInfo... present) {
        millis += after;
        return look(present);
    }

    private void fold(List<? extends Command> commands) {
        commands.forEach(command -> resolver.apply(state, command, offset++, 0));
    }

    private static Command.ChangeWorkers change(List<WorkerInfo> came, String... gone) {
        return new Command.ChangeWorkers(0, came, List.of(gone));
    }

    @Test
    void shouldSayOnlyWhatIsDifferent() {
        fold(look(ANN));

        assertThat(later(1_000, ANN, BEN)).containsExactly(change(List.of(BEN)));
        fold(List.of(change(List.of(BEN))));
        assertThat(later(1_000, worker("ann", 2))).containsExactly(change(List.of(worker("ann", 2)), "ben"));
    }

    @Test
    void shouldNoticeThatTheStateHasChangedWhileNobodyCameOrWent() {
        var present = List.of(ANN);
        fold(look(present));
        millis += 1_000;
        assertThat(look(present)).isEmpty();

        fold(List.of(new Command.LoseWorker(0, "ann", "the worker was lost")));
        millis += 1_000;

        assertThat(look(present)).containsExactly(change(List.of(ANN)));
    }

    @Test
    void shouldSayItAgainUntilTheStateAgrees() {
        var lost = look(ANN);
        assertThat(later(300, ANN)).as("it may be on its way").isEmpty();
        assertThat(later(2_700, ANN)).isEmpty();

        assertThat(later(1, ANN)).isEqualTo(lost);
        fold(lost);
        assertThat(later(3_001, ANN)).isEmpty();
    }

    @Test
    void shouldSayAtOnceThatSomethingElseIsSoNow() {
        look(ANN);

        assertThat(later(300, worker("ann", 2))).containsExactly(change(List.of(worker("ann", 2))));
        fold(List.of(change(List.of(ANN))));
        assertThat(later(300, BEN)).containsExactly(change(List.of(BEN), "ann"));
    }

    @Test
    void shouldSayTogetherWhatComesWithinAMoment() {
        fold(look(ANN));

        assertThat(later(249, ANN, BEN)).isEmpty();
        assertThat(later(1, ANN, BEN, worker("cid", 1)))
                .hasSize(1)
                .allMatch(change -> change.came().size() == 2);
    }

    @Test
    void shouldSayItAgainIfTheStateForgotSomebodyWhoIsThere() {
        fold(look(ANN));
        assertThat(later(1_000, ANN)).isEmpty();

        fold(List.of(new Command.LoseWorker(0, "ann", "lost")));

        assertThat(later(300, ANN)).containsExactly(change(List.of(ANN)));
    }

    @Test
    void shouldTellAStateThatChangesAreToldFromNowOn() {
        fold(List.of(new Command.ReportWorkers(0, List.of(ANN))));

        assertThat(look(ANN)).containsExactly(change(List.of()));
        assertThat(later(300, ANN)).isEmpty();
        assertThat(later(2_701, ANN)).containsExactly(change(List.of()));
        fold(List.of(change(List.of())));
        assertThat(later(3_001, ANN)).isEmpty();
    }

    @Test
    void shouldBeginWithTheDifferenceToWhatAFormerOwnerSaid() {
        fold(look(ANN, BEN));

        rollCall = new RollCall(new Resolver(state).workers());

        assertThat(look(BEN, worker("cid", 1))).containsExactly(change(List.of(worker("cid", 1)), "ann"));
    }

    @Test
    void shouldSayNothingAsLongAsItIsNotKnownWhoIsThere() {
        fold(look(ANN));

        assertThat(rollCall.look(0, new Presence.Picture(false, 2, List.of()), true, TimeUnit.SECONDS.toNanos(9)))
                .isEmpty();
    }

    @Test
    void shouldSayMuchInPiecesFirstThoseThatCame() {
        fold(look(workers(0, 500)));
        millis += 1_000;

        var pieces = look(workers(300, 1_000));

        assertThat(pieces)
                .allMatch(piece -> piece.came().size() + piece.gone().size() <= PresentWorkers.AT_ONCE)
                .hasSize(4);
        assertThat(pieces.get(0).gone()).isEmpty();
        fold(pieces);
        assertThat(resolver.workers().all().values()).containsExactlyInAnyOrderElementsOf(workers(300, 1_000));
        millis += 1_000;
        assertThat(look(workers(300, 1_000))).isEmpty();
    }

    @Test
    void shouldKeepOneObjectForAWorkerOfWhichSeveralOwnersKnow() {
        var seen = new ArrayList<>(workers(0, 3));
        fold(List.of(change(workers(0, 3))));

        assertThat(look(seen)).isEmpty();

        assertThat(resolver.workers().all().get("w0")).isSameAs(seen.get(0));
    }

    private static List<WorkerInfo> workers(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> worker("w" + i, 1)).toList();
    }
}
