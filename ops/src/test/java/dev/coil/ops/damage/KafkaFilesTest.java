package dev.coil.ops.damage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaFilesTest {

    private static final String FIRST = "00000000000000000000.log";
    private static final String SECOND = "00000000000000000100.log";

    @TempDir
    private Path kafka;

    private Path partition;

    @BeforeEach
    void stopInAnOrderlyWay() throws IOException {
        Files.createFile(kafka.resolve(".kafka_cleanshutdown"));
        partition = Files.createDirectories(kafka.resolve("coil.commands-0"));
    }

    @Test
    void shouldFindNothingWhereNoBrokerHasBeen() throws IOException {
        assertThat(new KafkaFiles(kafka.resolve("nowhere")).look()).isEmpty();
    }

    @Test
    void shouldFindNothingInWhatWasWritten() throws IOException {
        write(FIRST, 10, 100);
        write(SECOND, 1, 100);
        Files.createFile(
                Files.createDirectories(kafka.resolve("coil.control-0")).resolve(FIRST));

        assertThat(new KafkaFiles(kafka).look()).isEmpty();
    }

    @Test
    void shouldFindAFlippedBitAndSeeThatItGoesOnBehindIt() throws IOException {
        long batch = write(FIRST, 10, 100) / 10;
        flip(FIRST, 4 * batch + batch / 2);

        assertThat(new KafkaFiles(kafka).look())
                .containsExactly(new Damage("coil.commands", partition.resolve(FIRST), 4 * batch, false));
    }

    @Test
    void shouldFindADamagedLengthAndSeeThatItGoesOnBehindIt() throws IOException {
        long batch = write(FIRST, 10, 100) / 10;
        flip(FIRST, 4 * batch + 8);

        assertThat(new KafkaFiles(kafka).look())
                .containsExactly(new Damage("coil.commands", partition.resolve(FIRST), 4 * batch, false));
    }

    @Test
    void shouldTellATornEnd() throws IOException {
        long size = write(FIRST, 10, 100);
        cut(FIRST, size - 5);

        assertThat(new KafkaFiles(kafka).look())
                .containsExactly(new Damage("coil.commands", partition.resolve(FIRST), size / 10 * 9, true));
    }

    @Test
    void shouldNotTakeTheMissingEndOfAnEarlierFileForThatOfTheLog() throws IOException {
        long size = write(FIRST, 10, 100);
        write(SECOND, 1, 100);
        cut(FIRST, size - 5);

        assertThat(new KafkaFiles(kafka).look())
                .containsExactly(new Damage("coil.commands", partition.resolve(FIRST), size / 10 * 9, false));
    }

    @Test
    void shouldLeaveTheLastFileOfAKilledBrokerToItsSuccessor() throws IOException {
        var files = new KafkaFiles(kafka);
        files.haveEndsCut();
        cut(FIRST, write(FIRST, 10, 100) - 5);

        assertThat(new KafkaFiles(kafka).look()).isEmpty();
    }

    @Test
    void shouldReadTheMiddleOfALargeFileLater() throws IOException {
        long size = write(FIRST, 40, 1 << 20);
        long batch = size / 40;
        writeIndex(38 * batch);
        flip(FIRST, 10 * batch + batch / 2);
        var files = new KafkaFiles(kafka);
        var read = new AtomicLong();

        assertThat(files.look()).isEmpty();
        assertThat(files.readRest(read::addAndGet))
                .containsExactly(new Damage("coil.commands", partition.resolve(FIRST), 10 * batch, false));
        assertThat(read).hasValue(10 * batch);
    }

    @Test
    void shouldLookAtTheEndOfALargeFile() throws IOException {
        long size = write(FIRST, 40, 1 << 20);
        long batch = size / 40;
        writeIndex(38 * batch);
        flip(FIRST, size - 7);

        assertThat(new KafkaFiles(kafka).look())
                .containsExactly(new Damage("coil.commands", partition.resolve(FIRST), 39 * batch, true));
    }

    /** @return the file's size */
    private long write(String name, int batches, int bytes) throws IOException {
        try (var records = FileRecords.open(partition.resolve(name).toFile())) {
            for (int offset = 0; offset < batches; offset++) {
                records.append(MemoryRecords.withRecords(offset, Compression.NONE, new SimpleRecord(new byte[bytes])));
            }
            return records.sizeInBytes();
        }
    }

    private void writeIndex(long position) throws IOException {
        var entries = ByteBuffer.allocate(24).putInt(1).putInt(64).putInt(38).putInt((int) position);
        Files.write(partition.resolve("00000000000000000000.index"), entries.array());
    }

    private void flip(String name, long position) throws IOException {
        try (var file = new RandomAccessFile(partition.resolve(name).toFile(), "rw")) {
            file.seek(position);
            int was = file.read();
            file.seek(position);
            file.write(was ^ 1);
        }
    }

    private void cut(String name, long size) throws IOException {
        try (var file = new RandomAccessFile(partition.resolve(name).toFile(), "rw")) {
            file.setLength(size);
        }
    }
}
