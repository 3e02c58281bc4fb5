package dev.coil.ops.worker;

import static dev.coil.ops.worker.ScriptedOwner.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.Requirement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A task leaves the space while a worker's claim of it has no answer yet: the log may still accept that claim. */
@Timeout(180)
class WithdrawnTaskTest {

    private static final TaskRef TASK = new TaskRef(ScriptedOwner.PROJECT, 1, 0);

    @TempDir
    Path temp;

    private WorkerFixture fixture;
    private ScriptedOwner owner;

    @BeforeEach
    void start() throws Exception {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(40));
        fixture = new WorkerFixture(temp);
        owner = fixture.owner;
        owner.script = claim -> null;
        fixture.start("w1", 1);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
        Awaitility.reset();
    }

    private List<Command.AbandonClaim> givenBack() {
        return owner.seen(Command.AbandonClaim.class, abandon -> abandon.task() == 0);
    }

    @Test
    void shouldGiveBackTheClaimThatItLetsGo() {
        owner.put(task(0, 1, Start.GRANTED, Requirement.ANY, Action.script("true")));
        var claim = owner.awaitClaim(0).claim();

        owner.remove(TASK, new Tombstone(1, 1, null, "paused: project demo"));

        await().until(() -> !givenBack().isEmpty());
        assertThat(givenBack().get(0).claim()).isEqualTo(claim);
    }

    @Test
    void shouldGiveBackTheClaimOfWhatItRunsAlreadyWhenThatIsKilled() {
        owner.put(task(0, "echo started; sleep 600"));
        var claim = owner.awaitClaim(0).claim();

        owner.remove(TASK, new Tombstone(1, 1, null, "paused: project demo"));

        await().until(() -> !givenBack().isEmpty());
        assertThat(givenBack().get(0).claim()).isEqualTo(claim);
        assertThat(owner.results(0)).isEmpty();
    }

    @Test
    void shouldNotLetGoOfAClaimForWhatAFormerOwnerWithdrew() {
        owner.put(task(0, 1, Start.GRANTED, Requirement.ANY, Action.script("true")));
        var claim = owner.awaitClaim(0).claim();

        owner.remove(TASK, new Tombstone(0, 1, null, "paused: project demo"));
        owner.remove(TASK, new Tombstone(1, 1, claim, null));

        assertThat(owner.awaitResult(0).claim()).isEqualTo(claim);
        assertThat(givenBack()).isEmpty();
    }
}
