package dev.coil.ops.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
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
import dev.coil.protocol.log.EventTopic;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import dev.coil.scheduler.owner.CheckpointPolicy;
import dev.coil.scheduler.owner.Retention;
import dev.coil.scheduler.resolver.Rules;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.store.RocksStore;
import dev.coil.viewer.projection.Projection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left, on a real broker, of many runs of which few are kept. */
class RetentionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int KEPT = 3;
    private static final int TASKS = 4;
    private static final int PORTION = 25;
    private static final int CHECKPOINT_AFTER = 200;

    /** About what one run is told with: staged, created, answered, known, finished, forgotten, and three for each task. */
    private static final int EVENTS_PER_RUN = 6 + 3 * TASKS;

    /** That a run is forgotten may be told after the first event of a later one that is kept. */
    private static final int TOLD_LATE = 150;

    @TempDir
    Path directory;

    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;
    private KafkaSettings settings;
    private int submitted;

    @BeforeEach
    void startServers() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        settings = KafkaSettings.single(kafka.bootstrapServers());
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }
    }

    @AfterEach
    void stopServers() throws Exception {
        zookeeper.close();
        kafka.close();
    }

    private Scheduler start() {
        var scheduler = new Scheduler(new SchedulerConfig(
                settings,
                zookeeper.connectString(),
                directory.resolve("scheduler"),
                "one",
                true,
                new Retention(KEPT, Duration.ZERO),
                new CheckpointPolicy(CHECKPOINT_AFTER),
                Rules.NEWEST));
        scheduler.start();
        return scheduler;
    }

    private void submit(int runs) throws Exception {
        try (var commands = new CommandLog(settings)) {
            for (int i = 0; i < runs; i++) {
                var id = "run" + ++submitted;
                var specs = List.of(task("a"), task("b"), task("c", 0, 1), task("d", 2));
                commands.append(new Command.StageTasks("p", id, 0, specs));
                commands.append(new Command.SubmitRun("r-" + id, "p", id, Source.none(), TASKS, false, "test", null))
                        .get();
            }
        }
    }

    private static TaskSpec task(String name, Integer... needs) {
        return TaskSpec.simple(name, List.of(needs), Requirement.ANY, Action.script("true"));
    }

    /** A reader of the events, from where they begin now. */
    private final class Reader implements AutoCloseable {
        private final Projection projection = new Projection();
        private final AtomicLong finished = new AtomicLong();
        private final EventTail tail =
                new EventTail(settings, EventTail.Start.BEGINNING, "reader", this::apply, projection::trimmed);

        private void apply(List<EventRecord> batch) {
            for (var record : batch) {
                projection.apply(record);
                if (record.event() instanceof Event.RunFinished) {
                    finished.incrementAndGet();
                }
            }
        }

        void awaitKeptOnly(int newest) {
            await().atMost(PATIENCE).until(() -> {
                var failure = tail.failure();
                if (failure != null) {
                    throw failure;
                }
                return projection.runs("p").size() == KEPT
                        && projection.run("p", newest) != null
                        && projection.runs().stream().allMatch(run -> run.head().finishedAt() > 0);
            });
            assertThat(projection.runs("p").keySet()).containsExactly(newest - 2, newest - 1, newest);
            assertThat(projection.isForgotten("p", 1)).isTrue();
        }

        @Override
        public void close() {
            tail.close();
        }
    }

    private long records(String topic) {
        try (var consumer = settings.consumer()) {
            var partition = new TopicPartition(topic, 0);
            return consumer.endOffsets(List.of(partition)).get(partition)
                    - consumer.beginningOffsets(List.of(partition)).get(partition);
        }
    }

    /** What can be removed is so when there are 500 events of it, and that is found out when there are 500. */
    private void awaitFewEvents() {
        int most = 1_000 + (KEPT + 1) * EVENTS_PER_RUN + TOLD_LATE;
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(records(Topics.EVENTS)).isLessThan(most));
    }

    /**
     * They go with the events that they tell, up to the older of two checkpoints; and there is one after so many commands, or half as many as the
     * state has entries, which are those of the portion that runs and the ids of all runs of the last week.
     */
    private void awaitFewCommands() {
        int entries = PORTION * TASKS * 8 + submitted * 3;
        int most = 2 * Math.max(CHECKPOINT_AFTER, entries / 2) + PORTION * TASKS * 3;
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(records(Topics.COMMANDS)).isLessThan(most));
    }

    /** The entries of all tables of a store that nobody has open, without those that keep the ids of forgotten runs for a week. */
    private long entries() throws Exception {
        long[] count = {0};
        try (var store = RocksStore.open(directory.resolve("scheduler").resolve("partition-0/db"))) {
            var state = store.overlay();
            for (var table : List.of(
                    Table.RUN_NUMBERS,
                    Table.RUN_INFOS,
                    Table.RUNS,
                    Table.SPECS,
                    Table.TASKS,
                    Table.DEPENDENTS,
                    Table.ROOTS,
                    Table.RESULTS,
                    Table.QUEUE,
                    Table.OUTSTANDING,
                    Table.CLAIMS,
                    Table.TIMERS,
                    Table.CURSORS,
                    Table.PLACES,
                    Table.IN_LINE,
                    Table.FINISHED,
                    Table.BEGINNINGS,
                    Table.STAGED)) {
                state.scan(table, new byte[0], (key, value) -> ++count[0] > 0);
            }
        }
        return count[0];
    }

    private void print(String when, Reader reader) throws Exception {
        System.out.printf(
                "retention, %s: %d runs submitted, %d in the projection, %d records of events, %d of commands, %d entries of runs in the store%n",
                when,
                submitted,
                reader.projection.runs().size(),
                records(Topics.EVENTS),
                records(Topics.COMMANDS),
                entries());
    }

    /**
     * The last few come when all others have ended: of runs at the same time the events are mixed, and stay as long as one of them does. All in
     * portions, so that the state is small when it is written.
     */
    private void runAll(int runs, Reader reader) throws Exception {
        for (int left = runs; left > 0; left -= PORTION) {
            submit(PORTION - KEPT);
            reader.awaitKeptOnly(submitted);
            submit(KEPT);
            reader.awaitKeptOnly(submitted);
        }
    }

    @Test
    void shouldNotGrowWithTheNumberOfRuns() throws Exception {
        try (var worker = new ScriptedWorker(settings, "w");
                var early = new Reader()) {
            try (var first = start()) {
                runAll(150, early);
                awaitFewEvents();
                awaitFewCommands();
                assertThat(first.statuses()).allMatch(status -> status.isLive());
            }
            print("first", early);
            long entries = entries();

            // A new owner on the same store, and then one that has none, and no commands from the beginning on.
            try (var second = start()) {
                runAll(100, early);
                assertThat(second.statuses()).allMatch(status -> status.isLive());
            }
            delete(directory.resolve("scheduler"));
            try (var third = start();
                    var late = new Reader()) {
                late.awaitKeptOnly(250);
                runAll(50, early);
                late.awaitKeptOnly(300);
                awaitFewEvents();
                awaitFewCommands();
                assertThat(early.finished).hasValue(300);
                assertThat(third.statuses()).allMatch(status -> status.isLive());
            }
            print("twice as many", early);
            assertThat(entries()).isLessThanOrEqualTo(entries);
            worker.pause(false);
        }
    }

    @Test
    void shouldLetASlowReaderGoOnWhereTheEventsBegin() throws Exception {
        var read = new CopyOnWriteArrayList<Long>();
        var gap = new CopyOnWriteArrayList<Long>();
        var slow = new CountDownLatch(1);
        tell(1, 1);
        try (var tail = new EventTail(
                settings,
                EventTail.Start.BEGINNING,
                "slow",
                batch -> {
                    batch.forEach(record -> read.add(record.seq()));
                    awaitQuietly(slow);
                },
                (partition, seq) -> gap.add(seq))) {
            // The reader's next fetch is under way; it comes back empty after half a second, and the reader does not
            // look at it yet.
            await().pollDelay(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> read.size() == 1);
            tell(2, 9);
            try (var admin = settings.admin()) {
                var events = new TopicPartition(Topics.EVENTS, 0);
                admin.deleteRecords(Map.of(events, RecordsToDelete.beforeOffset(6)))
                        .all()
                        .get();
            }
            slow.countDown();

            await().atMost(PATIENCE).until(() -> read.contains(9L) || tail.failure() != null);
            assertThat(tail.failure()).isNull();
        }
        assertThat(gap).containsExactly(7L);
        assertThat(read).containsExactly(1L, 7L, 8L, 9L);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(long first, long last) throws Exception {
        try (var producer = settings.producer()) {
            for (long seq = first; seq <= last; seq++) {
                var event = new Event.TaskReady("p", 1, 0, 1);
                producer.send(EventTopic.record(new EventRecord(0, seq, seq, event)))
                        .get();
            }
        }
    }

    private static void delete(Path tree) throws Exception {
        try (var files = Files.walk(tree)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
