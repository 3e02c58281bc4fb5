package dev.coil.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.FinishedRun;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.StagedSubmission;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.store.RocksStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an owner finds to be old. */
class ExpiryTest {

    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path directory;

    private RocksStore store;
    private State state;
    private long serial;

    @BeforeEach
    void open() throws IOException {
        store = RocksStore.open(directory);
        state = store.overlay();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void finished(String project, int run, long at) {
        state.put(Table.PROJECTS, Keys.text(project), (long) run);
        state.put(Table.FINISHED, Keys.number(++serial), new FinishedRun(project, run, at));
    }

    private Expiry expiry(int runs, long days) {
        return new Expiry(0, new Retention(runs, Duration.ofDays(days)), state, 0);
    }

    private static Expiry.Clocks at(long time) {
        return new Expiry.Clocks(time, time);
    }

    @Test
    void shouldKeepTheNewestRunsOfEachProject() {
        for (int run = 1; run <= 4; run++) {
            finished("p", run, 0);
        }
        finished("q", 1, 0);

        assertThat(expiry(2, 0).due(state, 9, at(DAY)))
                .containsExactly(new Command.ForgetRun(9, "p", 1), new Command.ForgetRun(9, "p", 2));
    }

    @Test
    void shouldKeepWhatIsYoungHoweverManyThereAre() {
        finished("p", 1, 0);
        finished("p", 2, 1);
        finished("p", 3, DAY);

        assertThat(expiry(0, 1).due(state, 9, at(DAY))).containsExactly(new Command.ForgetRun(9, "p", 1));
        assertThat(expiry(3, 1).due(state, 9, at(5 * DAY))).isEmpty();
        assertThat(expiry(Retention.ALL, 0).due(state, 9, at(5 * DAY))).isEmpty();
    }

    @Test
    void shouldKeepNothingThatIsVeryOld() {
        finished("p", 1, 0);
        finished("q", 1, 1);
        var expiry = new Expiry(0, new Retention(1_000, Duration.ofDays(1), Duration.ofDays(9)), state, 0);

        assertThat(expiry.due(state, 9, at(9 * DAY))).containsExactly(new Command.ForgetRun(9, "p", 1));
        assertThat(expiry.due(state, 9, at(9 * DAY - 1))).isEmpty();
    }

    @Test
    void shouldDropSubmissionsThatWereGivenUp() {
        state.put(Table.STAGED, Keys.number(1), new StagedSubmission("old", 0));
        state.put(Table.STAGED, Keys.number(2), new StagedSubmission("young", 1));

        assertThat(expiry(0, 0).due(state, 9, at(StagedSubmission.ABANDONED_MILLIS)))
                .containsExactly(new Command.DropSubmission(9, "old"));
    }

    @Test
    void shouldForgetAFewAtATimeAndGoOnSoon() {
        for (int run = 1; run <= 50; run++) {
            finished("p", run, 0);
        }
        var expiry = expiry(0, 0);

        assertThat(expiry.look(state, 9, at(DAY), 1)).hasSize(20);
        assertThat(expiry.look(state, 9, at(DAY), 2)).isEmpty();
        assertThat(expiry.look(state, 9, at(DAY), TimeUnit.SECONDS.toNanos(1))).hasSize(20);
    }

    /** When the last command was taken. */
    private void lastCommand(long at) {
        Meta.APPENDED.set(state, at);
    }

    @Test
    void shouldNotBelieveForAnHourThatMuchTimeHasPassedAtOnce() {
        finished("p", 1, DAY);
        lastCommand(DAY);
        var expiry = expiry(0, 90);
        long leapt = 366 * DAY;

        assertThat(expiry.look(state, 9, at(leapt), SECOND)).isEmpty();
        assertThat(expiry.look(state, 9, at(leapt + 3_500_000), 3_500 * SECOND)).isEmpty();
        assertThat(expiry.look(state, 9, at(leapt + 3_602_000), 3_602 * SECOND))
                .containsExactly(new Command.ForgetRun(9, "p", 1));
    }

    @Test
    void shouldNotBelieveItEitherWhenTheClockLeapsWhileItLooks() {
        finished("p", 1, DAY);
        lastCommand(DAY);
        var expiry = expiry(0, 90);

        assertThat(expiry.look(state, 9, at(DAY + 1_000), SECOND)).isEmpty();
        assertThat(expiry.look(state, 9, at(366 * DAY), 10 * SECOND)).isEmpty();
        assertThat(expiry.look(state, 9, at(DAY + 4_000_000), 4_000 * SECOND)).isEmpty();
    }

    @Test
    void shouldForgetNothingTheEarlierForAClockThatWasAhead() {
        finished("p", 1, DAY);
        finished("p", 2, 366 * DAY);

        var setRight = new Expiry.Clocks(366 * DAY + 1_000, DAY + 1_000);
        assertThat(expiry(0, 90).due(state, 9, setRight)).isEmpty();
        var aHundredDaysLater = new Expiry.Clocks(466 * DAY, 101 * DAY);
        assertThat(expiry(0, 90).due(state, 9, aHundredDaysLater))
                .containsExactly(new Command.ForgetRun(9, "p", 1), new Command.ForgetRun(9, "p", 2));
    }
}
