package dev.coil.scheduler.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.scheduler.resolver.MemoryState;
import dev.coil.scheduler.resolver.RecordedLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is found among the records of checkpoints. */
class CheckpointScanTest {

    private final CheckpointId one = new CheckpointId(50, 4, 1);
    private final CheckpointId other = new CheckpointId(40, 9, 1);

    /** The records of a checkpoint, its manifest last. */
    private static List<CheckpointRecord> records(CheckpointId id) {
        var state = new MemoryState();
        RecordedLog.of(3, 40).fold(state, (int) id.position());
        var records = new ArrayList<CheckpointRecord>();
        var writer =
                new EntryWriter(2_000, bytes -> records.add(new CheckpointRecord.Piece(id, records.size(), bytes)));
        state.forEach(writer);
        records.add(new CheckpointRecord.End(id, CheckpointCopy.manifest(id, 5, writer.end())));
        assertThat(records).hasSizeGreaterThan(3);
        return records;
    }

    private static CheckpointScan.Content scan(List<CheckpointRecord> records) {
        var scan = new CheckpointScan();
        for (int offset = 0; offset < records.size(); offset++) {
            scan.take(offset, records.get(offset));
        }
        return scan.end();
    }

    @Test
    void shouldFindTwoThatWereWrittenAtTheSameTimeInTheOrderOfTheirPositions() {
        var first = records(one);
        var second = records(other);
        var mixed = new ArrayList<CheckpointRecord>();
        for (int n = 0; n < Math.max(first.size(), second.size()); n++) {
            if (n < first.size()) {
                mixed.add(first.get(n));
            }
            if (n < second.size()) {
                mixed.add(second.get(n));
            }
        }

        var found = scan(mixed);

        assertThat(found.checkpoints()).extracting(Checkpoint::id).containsExactly(other, one);
        assertThat(found.checkpoints()).allMatch(Checkpoint::isWhole);
        assertThat(found.checkpoints().get(0).first()).isEqualTo(1);
        assertThat(mixed.get((int) found.checkpoints().get(0).last())).isInstanceOf(CheckpointRecord.End.class);
        assertThat(found.remains()).isEmpty();
    }

    @Test
    void shouldTakeNoneWithoutAManifestForOne() {
        var records = records(one);
        int pieces = records.size() - 1;

        var found = scan(records.subList(0, pieces));

        assertThat(found.checkpoints()).isEmpty();
        assertThat(found.remains()).containsExactly(new CheckpointScan.Remains(one, 0, pieces));
    }

    @Test
    void shouldSeeThatPiecesAreMissing() {
        for (int missing = 0; missing < records(one).size() - 1; missing++) {
            var records = records(one);
            records.remove(missing);

            assertThat(scan(records).checkpoints()).hasSize(1).noneMatch(Checkpoint::isWhole);
        }
        var end = records(one).get(records(one).size() - 1);
        assertThat(scan(List.of(end)).checkpoints()).hasSize(1).noneMatch(Checkpoint::isWhole);
    }

    @Test
    void shouldNotFindWhatIsRemovedBeCompactedOrNot() {
        var records = records(one);
        records.add(new CheckpointRecord.Removed(one, CheckpointRecord.MANIFEST));
        assertThat(scan(records).checkpoints()).isEmpty();

        records = records(one);
        records.add(new CheckpointRecord.Removed(one, "0"));
        assertThat(scan(records).checkpoints()).isEmpty();

        records.remove(0);
        assertThat(scan(records).checkpoints()).isEmpty();
    }

    @Test
    void shouldPassOverWhatItDoesNotKnow() {
        var records = records(one);
        records.add(1, new CheckpointRecord.Unknown(null));
        records.add(2, new CheckpointRecord.Unknown(other));

        assertThat(scan(records).checkpoints()).hasSize(1).allMatch(Checkpoint::isWhole);
    }
}
