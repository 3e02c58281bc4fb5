package dev.coil.scheduler.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.scheduler.store.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is kept of checkpoints, and of the commands before them. */
class KeepingTest {

    /** Checkpoints after so many commands, each of which tells two events. */
    private static List<Checkpoint> at(long... positions) {
        return LongStream.of(positions)
                .mapToObj(position -> checkpoint(position, 1, Identity.LAYOUT))
                .toList();
    }

    private static Checkpoint checkpoint(long position, long epoch, int layout) {
        var manifest = new Manifest(
                new CheckpointId(position, epoch, 1), 0, 2 * position, layout, "cluster", "topic", 3, 10, 100, "");
        return new Checkpoint(manifest, position, position + 3, "");
    }

    private static List<Long> positions(List<Checkpoint> checkpoints) {
        return checkpoints.stream().map(Checkpoint::position).toList();
    }

    @Test
    void shouldRemoveNoCommandOnTheStrengthOfOneCheckpoint() {
        var keeping = Keeping.of(at(100), 1_000_000);

        assertThat(keeping.cut()).isZero();
        assertThat(positions(keeping.kept())).containsExactly(100L);
        assertThat(Keeping.of(at(), 1_000_000).cut()).isZero();
    }

    @Test
    void shouldKeepTheCommandBeforeTheOlderOfTwo() {
        var keeping = Keeping.of(at(100, 200), 1_000_000);

        assertThat(keeping.cut()).isEqualTo(99);
        assertThat(positions(keeping.kept())).containsExactly(100L, 200L);
    }

    @Test
    void shouldKeepNoMoreThanTwoWhereNoOldEventIsOfUse() {
        var keeping = Keeping.of(at(100, 200, 300, 400), 1_000_000);

        assertThat(keeping.cut()).isEqualTo(299);
        assertThat(positions(keeping.kept())).containsExactly(300L, 400L);
    }

    @Test
    void shouldKeepTheCommandsThatTellWhatIsStillOfUse() {
        assertThat(Keeping.of(at(100, 200, 300), 0).cut()).isZero();
        assertThat(Keeping.of(at(100, 200, 300), 200).cut()).isZero();
        assertThat(Keeping.of(at(100, 200, 300), 201).cut()).isEqualTo(99);
        assertThat(Keeping.of(at(100, 200, 300), 400).cut()).isEqualTo(99);
        assertThat(Keeping.of(at(100, 200, 300), 401).cut()).isEqualTo(199);
        assertThat(Keeping.of(at(100, 200, 300), 601).cut()).isEqualTo(199);
    }

    @Test
    void shouldKeepFourAtMostAndComeForwardAllTheSame() {
        var there = new ArrayList<Checkpoint>();
        long cut = 0;
        for (long position = 100; position <= 100_000; position += 100) {
            there.add(checkpoint(position, 1, Identity.LAYOUT));
            // What is of use goes back by 10,000 commands.
            var keeping = Keeping.of(there, Math.max(0, 2 * (position - 10_000)));
            there.retainAll(keeping.kept());
            assertThat(there.size()).isLessThanOrEqualTo(4);
            assertThat(keeping.cut()).isGreaterThanOrEqualTo(cut);
            cut = keeping.cut();
            assertThat(position - cut).as("commands that are kept").isLessThan(21_000);
            assertThat(positions(there)).contains(position);
        }
        assertThat(cut).isPositive();
    }

    private static KnownCheckpoints known(Checkpoint... checkpoints) {
        return new KnownCheckpoints(
                List.of(checkpoints),
                List.of(
                        new CheckpointScan.Remains(new CheckpointId(250, 2, 1), 250, 4),
                        new CheckpointScan.Remains(new CheckpointId(260, 9, 1), 260, 5),
                        new CheckpointScan.Remains(new CheckpointId(350, 2, 1), 350, 6)),
                0);
    }

    @Test
    void shouldLeaveAloneWhatOwnersAfterItHaveWritten() {
        var known = known(
                checkpoint(100, 1, Identity.LAYOUT),
                checkpoint(200, 9, Identity.LAYOUT),
                checkpoint(300, 2, Identity.LAYOUT),
                checkpoint(400, 2, Identity.LAYOUT));

        var superfluous = known.superfluous(known.keeping(1_000_000), 2, Identity.LAYOUT);

        assertThat(superfluous).isEqualTo(Map.of(new CheckpointId(100, 1, 1), 3L, new CheckpointId(250, 2, 1), 4L));
        assertThat(known.without(superfluous, 299).first()).isEqualTo(200);
    }

    @Test
    void shouldRemoveNothingThatIsNewerThanTheOlderOfTheNewestTwo() {
        var known = known(
                checkpoint(210, 1, Identity.LAYOUT),
                checkpoint(220, 1, Identity.LAYOUT),
                checkpoint(230, 1, Identity.LAYOUT).flawed("its hash is another one"));

        assertThat(known.superfluous(known.keeping(1_000_000), 9, Identity.LAYOUT))
                .isEmpty();
    }

    @Test
    void shouldRemoveNothingWhileThereAreNotTwoThatCanBeUsed() {
        var known = known(
                checkpoint(100, 1, Identity.LAYOUT).flawed("its hash is another one"),
                checkpoint(200, 1, Identity.LAYOUT).flawed("the log begins at offset 250"),
                checkpoint(300, 1, Identity.LAYOUT));

        assertThat(known.superfluous(known.keeping(1_000_000), 9, Identity.LAYOUT))
                .isEmpty();
    }

    @Test
    void shouldLeaveThoseOfANewerLayoutToTheProgramThatKnowsIt() {
        var known = known(
                checkpoint(100, 1, Identity.LAYOUT + 1).flawed("it has another layout"),
                checkpoint(200, 1, Identity.LAYOUT).flawed("its hash is another one"),
                checkpoint(300, 1, Identity.LAYOUT),
                checkpoint(400, 1, Identity.LAYOUT));

        assertThat(known.superfluous(known.keeping(1_000_000), 1, Identity.LAYOUT))
                .containsOnlyKeys(new CheckpointId(200, 1, 1));
    }
}
