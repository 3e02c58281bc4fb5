package dev.coil.ops.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import dev.coil.scheduler.checkpoint.Checkpoint;
import dev.coil.scheduler.checkpoint.CheckpointId;
import dev.coil.scheduler.checkpoint.CheckpointLog;
import dev.coil.scheduler.owner.CheckpointPolicy;
import dev.coil.scheduler.owner.Retention;
import dev.coil.scheduler.owner.StateUnrecoverable;
import dev.coil.scheduler.owner.Status;
import dev.coil.scheduler.resolver.Rules;
import dev.coil.viewer.projection.Projection;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedulers on a real broker whose command log has lost its beginning to checkpoints. */
class CheckpointTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int KEPT = 3;
    private static final int TASKS = 4;

    /** Enough runs for events to be removed, and commands with them. */
    private static final int MANY = 70;

    @TempDir
    Path directory;

    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;
    private KafkaSettings settings;
    private int submitted;

    @BeforeEach
    void startServers() throws Exception {
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        startKafka();
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }
    }

    private void startKafka() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        settings = KafkaSettings.single(kafka.bootstrapServers());
    }

    @AfterEach
    void stopServers() throws Exception {
        zookeeper.close();
        kafka.close();
    }

    private Scheduler start(String name) {
        var scheduler = new Scheduler(new SchedulerConfig(
                settings,
                zookeeper.connectString(),
                directory.resolve(name),
                name,
                true,
                new Retention(KEPT, Duration.ZERO),
                new CheckpointPolicy(150),
                Rules.NEWEST));
        try {
            scheduler.start();
        } catch (RuntimeException e) {
            scheduler.close();
            throw e;
        }
        return scheduler;
    }

    /** Reads the events, from where they begin now. */
    private final class Reader implements AutoCloseable {
        private final Projection projection = new Projection();
        private final List<EventRecord> events = new CopyOnWriteArrayList<>();
        private final EventTail tail = new EventTail(
                settings,
                EventTail.Start.BEGINNING,
                "reader",
                batch -> {
                    batch.forEach(projection::apply);
                    events.addAll(batch);
                },
                projection::trimmed);

        /** Runs so many, one after the other, so that few events are of several. */
        void run(int runs) throws Exception {
            try (var commands = new CommandLog(settings)) {
                for (int i = 0; i < runs; i++) {
                    submit(commands);
                    awaitFinished();
                }
            }
        }

        void awaitFinished() {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
                var failure = tail.failure();
                if (failure != null) {
                    throw failure;
                }
                var run = projection.run("p", submitted);
                return run != null && run.head().finishedAt() > 0;
            });
        }

        long finished() {
            return events.stream()
                    .filter(record -> record.event() instanceof Event.RunFinished)
                    .count();
        }

        @Override
        public void close() {
            tail.close();
        }
    }

    private void submit(CommandLog commands) throws Exception {
        var id = "run" + ++submitted;
        var specs = List.of(task("a"), task("b"), task("c", 0, 1), task("d", 2));
        commands.append(new Command.StageTasks("p", id, 0, specs));
        commands.append(new Command.SubmitRun("r-" + id, "p", id, Source.none(), TASKS, false, "test", null))
                .get();
    }

    private static TaskSpec task(String name, Integer... needs) {
        return TaskSpec.simple(name, List.of(needs), Requirement.ANY, Action.script("true"));
    }

    private long begin(String topic) {
        var partition = new TopicPartition(topic, 0);
        try (var consumer = settings.consumer()) {
            return consumer.beginningOffsets(List.of(partition)).get(partition);
        }
    }

    private List<Checkpoint> checkpoints() {
        return new CheckpointLog(settings, 0).read(0).checkpoints();
    }

    /** Runs until commands have been removed. */
    private void runUntilCut(Reader reader) throws Exception {
        reader.run(MANY);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (begin(Topics.COMMANDS) == 0) {
            assertThat(System.nanoTime()).as("no command was removed").isLessThan(end);
            reader.run(5);
        }
    }

    private static void delete(Path tree) throws Exception {
        try (var files = Files.walk(tree)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void shouldLetAnOwnerWithoutAStoreGoOnWhereTheLogIsCut() throws Exception {
        try (var worker = new ScriptedWorker(settings, "w");
                var reader = new Reader()) {
            try (var first = start("one")) {
                runUntilCut(reader);
                assertThat(first.statuses()).allMatch(status -> status.checkpoint() > 0);
            }
            assertThat(checkpoints()).hasSizeBetween(2, 4).allMatch(Checkpoint::isWhole);

            try (var second = start("two")) {
                reader.run(MANY);
                assertThat(second.statuses()).allMatch(Status::isLive);
            }
            delete(directory.resolve("two"));
            try (var third = start("two");
                    var late = new Reader()) {
                late.run(2);
                assertThat(third.statuses()).allMatch(Status::isLive);
                reader.awaitFinished();
                assertThat(reader.finished()).isEqualTo(submitted);
                assertThat(late.finished()).isLessThan(submitted);
            }
            worker.pause(false);
        }
    }

    private void restartKafka(Change change) throws Exception {
        kafka.close();
        change.make();
        startKafka();
    }

    /** Something done while no broker runs. */
    private interface Change {
        void make() throws Exception;
    }

    /** Changes a byte of the record batch that begins with this offset: offset (8 bytes), length of what follows (4), the rest. */
    private void damage(String topic, long offset) throws Exception {
        for (var file : files(directory.resolve("kafka/" + topic + "-0"), "*.log")) {
            var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            for (int at = 0; at < bytes.limit(); at += 12 + bytes.getInt(at + 8)) {
                if (bytes.getLong(at) == offset) {
                    bytes.put(at + 80, (byte) ~bytes.get(at + 80));
                    Files.write(file, bytes.array());
                    return;
                }
            }
        }
        throw new AssertionError("there is no batch at offset " + offset + " of " + topic);
    }

    private static List<Path> files(Path place, String pattern) throws Exception {
        try (var files = Files.newDirectoryStream(place, pattern)) {
            var found = new ArrayList<Path>();
            files.forEach(found::add);
            return found;
        }
    }

    private void damageStore(String name) throws Exception {
        Files.writeString(directory.resolve(name + "/partition-0/db/CURRENT"), "no store");
    }

    @Test
    void shouldUseTheOlderCheckpointWhereTheNewestIsDamagedAndRefuseWhereBothAre() throws Exception {
        try (var first = start("one");
                var worker = new ScriptedWorker(settings, "w");
                var reader = new Reader()) {
            runUntilCut(reader);
            assertThat(first.statuses()).allMatch(Status::isLive);
            worker.pause(false);
        }
        var there = checkpoints();
        var newest = there.get(there.size() - 1);
        restartKafka(() -> damage(Topics.CHECKPOINTS, newest.first()));
        damageStore("one");
        assertThat(checkpoints())
                .filteredOn(checkpoint -> !checkpoint.isWhole())
                .hasSize(1);

        try (var second = start("one")) {
            assertThat(second.statuses().get(0).rebuilt())
                    .contains(
                            "is damaged",
                            "rebuilt from the checkpoint at offset "
                                    + there.get(there.size() - 2).position());
        }

        restartKafka(() -> {
            for (var older : there.subList(0, there.size() - 1)) {
                damage(Topics.CHECKPOINTS, older.first());
            }
        });
        damageStore("one");

        assertThatThrownBy(() -> start("one"))
                .isInstanceOf(StateUnrecoverable.class)
                .hasMessageStartingWith(
                        "partition 0 cannot be folded: coil.commands begins at offset " + begin(Topics.COMMANDS))
                .hasMessageContaining("the one at offset " + newest.position() + " as ");
        assertThat(files(directory.resolve("one/partition-0/db"), "*.sst")).isNotEmpty();
    }

    @Test
    void shouldTellTheEventsOfAllKeptRunsAnewWhenTheyAreLost() throws Exception {
        try (var first = start("one");
                var worker = new ScriptedWorker(settings, "w");
                var reader = new Reader()) {
            runUntilCut(reader);
            assertThat(first.statuses()).allMatch(Status::isLive);
            worker.pause(false);
        }
        restartKafka(() -> {
            delete(directory.resolve("kafka/" + Topics.EVENTS + "-0"));
            delete(directory.resolve("kafka/" + Topics.space("any") + "-0"));
        });

        try (var second = start("one");
                var worker = new ScriptedWorker(settings, "w");
                var reader = new Reader()) {
            assertThat(second.statuses().get(0).rebuilt()).contains("rebuilt from the checkpoint at offset ");
            reader.awaitFinished();
            assertThat(reader.projection.runs("p").keySet()).contains(submitted - 2, submitted - 1, submitted);
            assertThat(reader.projection.runs("p").values())
                    .allMatch(run -> run.head().finishedAt() > 0);
            assertThat(reader.events.get(0).seq()).as("the first event").isGreaterThan(1);
            reader.run(2 * MANY);
            await().atMost(PATIENCE).until(() -> begin(Topics.EVENTS) > 0);
            reader.run(1);
            worker.pause(false);
        }
    }

    @Test
    void shouldRelyOnNoCheckpointThatSomebodyElseHasRemoved() throws Exception {
        try (var worker = new ScriptedWorker(settings, "w");
                var reader = new Reader();
                var first = start("one");
                var admin = settings.admin()) {
            runUntilCut(reader);
            long cut = begin(Topics.COMMANDS);
            var partition = new TopicPartition(Topics.CHECKPOINTS, 0);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
            assertThat(checkpoints()).isEmpty();

            reader.run(MANY);
            await().atMost(PATIENCE).until(() -> {
                reader.run(1);
                return begin(Topics.COMMANDS) > cut;
            });

            assertThat(checkpoints()).hasSizeGreaterThanOrEqualTo(2).allMatch(Checkpoint::isWhole);
            assertThat(checkpoints()).noneMatch(checkpoint -> checkpoint.position() <= begin(Topics.COMMANDS));
            assertThat(first.statuses()).allMatch(Status::isLive);
            worker.pause(false);
        }
    }

    @Test
    void shouldMakeAStoreAnewThatTheLogHasLeftBehind() throws Exception {
        try (var worker = new ScriptedWorker(settings, "w");
                var reader = new Reader()) {
            try (var early = start("early")) {
                reader.run(3);
                assertThat(early.statuses()).allMatch(Status::isLive);
            }
            var abandoned = new ProducerRecord<>(Topics.CHECKPOINTS, 0, "10.0.1/0".getBytes(UTF_8), new byte[] {1, 2});
            long half;
            try (var producer = settings.producer()) {
                half = producer.send(abandoned).get().offset();
            }
            try (var first = start("one")) {
                runUntilCut(reader);
                assertThat(first.statuses()).allMatch(Status::isLive);
                // What nobody has finished is removed with what is older than what is kept.
                await().atMost(PATIENCE).until(() -> begin(Topics.CHECKPOINTS) > half);
            }
            try (var late = start("early")) {
                assertThat(late.statuses().get(0).rebuilt())
                        .contains("the log begins at offset ", "rebuilt from the checkpoint at offset ");
                reader.run(2);
            }
            assertThat(reader.finished()).isEqualTo(submitted);
            worker.pause(false);
        }
    }

    /** Removes all checkpoints, and writes them again as if they were of another layout. */
    private void writeAgain(int layout) throws Exception {
        var there = checkpoints();
        var partition = new TopicPartition(Topics.CHECKPOINTS, 0);
        try (var producer = settings.producer();
                var consumer = settings.consumer()) {
            consumer.assign(List.of(partition));
            for (var checkpoint : there) {
                var id = checkpoint.id();
                var other = new CheckpointId(id.position(), id.epoch(), id.at() + 1);
                consumer.seek(partition, checkpoint.first());
                while (consumer.position(partition) <= checkpoint.last()) {
                    for (var record : consumer.poll(Duration.ofSeconds(1))) {
                        var key = new String(record.key(), UTF_8);
                        if (key.startsWith(id + "/") && record.value() != null) {
                            var value = key.endsWith("manifest")
                                    ? new String(record.value(), UTF_8)
                                            .replace("\"at\":" + id.at(), "\"at\":" + other.at())
                                            .replace("\"layout\":" + (layout - 1), "\"layout\":" + layout)
                                            .getBytes(UTF_8)
                                    : record.value();
                            producer.send(new ProducerRecord<>(
                                    Topics.CHECKPOINTS,
                                    0,
                                    key.replace(id.toString(), other.toString()).getBytes(UTF_8),
                                    value));
                            producer.send(new ProducerRecord<>(Topics.CHECKPOINTS, 0, record.key(), null));
                        }
                    }
                }
            }
            producer.flush();
        }
    }

    @Test
    void shouldRefuseCheckpointsOfANewerProgramAndLeaveThemAndItsStoreAlone() throws Exception {
        try (var first = start("one");
                var worker = new ScriptedWorker(settings, "w");
                var reader = new Reader()) {
            runUntilCut(reader);
            assertThat(first.statuses()).allMatch(Status::isLive);
            worker.pause(false);
        }
        int layout = checkpoints().get(0).manifest().layout() + 1;
        writeAgain(layout);
        var identity = directory.resolve("one/partition-0/identity.json");
        Files.writeString(
                identity, Files.readString(identity).replace("\"layout\":" + (layout - 1), "\"layout\":" + layout));

        assertThatThrownBy(() -> start("one"))
                .isInstanceOf(StateUnrecoverable.class)
                .hasMessageContaining("it has layout " + layout + ", and this program knows layouts up to "
                        + (layout - 1) + ": start the newer Coil that wrote it");
        assertThat(Files.readString(identity)).contains("\"layout\":" + layout);
        assertThat(files(directory.resolve("one/partition-0/db"), "*.sst")).isNotEmpty();
    }
}
