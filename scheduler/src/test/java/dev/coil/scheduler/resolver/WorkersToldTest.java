package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.window.PresentWorkers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What readers of the events learn of a fleet that is too large for one record. */
class WorkersToldTest {

    private static final int MANY = 2 * PresentWorkers.AT_ONCE + 1;

    private final Fold fold = new Fold();

    @BeforeEach
    void begin() {
        fold.workers(workers(0, MANY));
    }

    private static WorkerInfo[] workers(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> Fold.worker("w" + i, 1)).toArray(WorkerInfo[]::new);
    }

    private List<Event> tellAgain() {
        int before = fold.events.size();
        fold.append(new Command.TellAgain(fold.epoch()));
        return fold.events.subList(before, fold.events.size());
    }

    private void assertThatItKnows(ToldWorkers reader) {
        assertThat(reader.present()).hasSize(MANY).isEqualTo(ToldWorkers.of(fold.state));
    }

    @Test
    void shouldTellAReaderThatBeginsThereOfAllOfThemInPieces() {
        var reader = new ToldWorkers();

        var told = tellAgain();
        told.forEach(reader::see);

        assertThat(told).hasSize(3);
        assertThatItKnows(reader);
    }

    @Test
    void shouldNotLeaveAReaderSomebodyWhoseEndItMissed() {
        var reader = new ToldWorkers();
        reader.see(new Event.WorkersChanged(
                List.of(Fold.worker("a", 1), Fold.worker("w1", 7), Fold.worker("w1x", 1), Fold.worker("z", 1)),
                List.of()));

        tellAgain().forEach(reader::see);

        assertThatItKnows(reader);
    }

    @Test
    void shouldLeaveAReaderThatHasMissedNothingAsItIsAtEveryPiece() {
        var reader = new ToldWorkers();
        fold.events.forEach(reader::see);

        for (var piece : tellAgain()) {
            reader.see(piece);
            assertThatItKnows(reader);
        }
    }

    @Test
    void shouldTellThatNobodyIsThere() {
        var reader = new ToldWorkers();
        fold.events.forEach(reader::see);
        fold.append(Fold.changeTo(fold.state, List.of()));

        tellAgain().forEach(reader::see);

        assertThat(reader.present()).isEmpty();
    }

    @Test
    void shouldTellNothingOfWhatIsKnown() {
        int before = fold.events.size();

        fold.workers(workers(0, MANY));
        fold.append(new Command.ChangeWorkers(fold.epoch(), List.of(), List.of("nobody")));

        assertThat(fold.events).hasSize(before);
    }

    @Test
    void shouldTellOfThoseWhoWereLostWithoutAWordWhenChangesAreToldForTheFirstTime() {
        var old = new Fold();
        old.report(workers(0, 3));
        old.append(new Command.LoseWorker(old.epoch(), "w1", "lost"));
        var reader = new ToldWorkers();
        old.events.forEach(reader::see);
        assertThat(reader.present()).containsKey("w1");
        int before = old.events.size();

        old.append(new Command.ChangeWorkers(old.epoch(), List.of(), List.of()));

        old.events.subList(before, old.events.size()).forEach(reader::see);
        assertThat(reader.present()).containsOnlyKeys("w0", "w2");
    }
}
