package dev.coil.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.FinishedRun;
import dev.coil.scheduler.state.Keys;
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

    private static Expiry expiry(int runs, long days) {
        return new Expiry(new Retention(runs, Duration.ofDays(days)), 0);
    }

    @Test
    void shouldKeepTheNewestRunsOfEachProject() {
        for (int run = 1; run <= 4; run++) {
            finished("p", run, 0);
        }
        finished("q", 1, 0);

        assertThat(expiry(2, 0).due(state, 9, DAY))
                .containsExactly(new Command.ForgetRun(9, "p", 1), new Command.ForgetRun(9, "p", 2));
    }

    @Test
    void shouldKeepWhatIsYoungHoweverManyThereAre() {
        finished("p", 1, 0);
        finished("p", 2, 1);
        finished("p", 3, DAY);

        assertThat(expiry(0, 1).due(state, 9, DAY)).containsExactly(new Command.ForgetRun(9, "p", 1));
        assertThat(expiry(3, 1).due(state, 9, 5 * DAY)).isEmpty();
        assertThat(expiry(Retention.ALL, 0).due(state, 9, 5 * DAY)).isEmpty();
    }

    @Test
    void shouldKeepNothingThatIsVeryOld() {
        finished("p", 1, 0);
        finished("q", 1, 1);
        var expiry = new Expiry(new Retention(1_000, Duration.ofDays(1), Duration.ofDays(9)), 0);

        assertThat(expiry.due(state, 9, 9 * DAY)).containsExactly(new Command.ForgetRun(9, "p", 1));
        assertThat(expiry.due(state, 9, 9 * DAY - 1)).isEmpty();
    }

    @Test
    void shouldDropSubmissionsThatWereGivenUp() {
        state.put(Table.STAGED, Keys.number(1), new StagedSubmission("old", 0));
        state.put(Table.STAGED, Keys.number(2), new StagedSubmission("young", 1));

        assertThat(expiry(0, 0).due(state, 9, StagedSubmission.ABANDONED_MILLIS))
                .containsExactly(new Command.DropSubmission(9, "old"));
    }

    @Test
    void shouldForgetAFewAtATimeAndGoOnSoon() {
        for (int run = 1; run <= 50; run++) {
            finished("p", run, 0);
        }
        var expiry = expiry(0, 0);

        assertThat(expiry.look(state, 9, DAY, 1)).hasSize(20);
        assertThat(expiry.look(state, 9, DAY, 2)).isEmpty();
        assertThat(expiry.look(state, 9, DAY, TimeUnit.SECONDS.toNanos(1))).hasSize(20);
    }
}
