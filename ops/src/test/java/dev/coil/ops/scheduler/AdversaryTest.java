package dev.coil.ops.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.Scheduler;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Somebody works against the scheduler, on a real broker and with real workers. Whatever can be healed is: every ready task that has an idle
 * match starts within a bound, has one accepted result, and its script leaves its mark. What cannot be healed is refused, with the reason.
 */
@Tag("alone")
@Timeout(300)
class AdversaryTest extends SchedulerFixture {

    private static final int TASKS = 60;
    private static final List<String> PROJECTS = List.of("p", "q", "r", "s");

    private Scheduler scheduler;
    private Told told;
    private final List<Worker> workers = new ArrayList<>();

    @BeforeEach
    void start() {
        scheduler = scheduler("one");
        scheduler.start();
        told = new Told(settings);
    }

    @AfterEach
    void stop() {
        workers.forEach(Worker::close);
        told.close();
        scheduler.close();
    }

    private void startWorker(String name) throws Exception {
        var worker = new Worker(
                new WorkerConfig(settings, zookeeper(), directory.resolve(name), name, 2, Set.of(), Map.of(), null));
        workers.add(worker);
        worker.start();
    }

    private void submit(String project, String id) throws Exception {
        var marks = Files.createDirectories(directory.resolve("marks"));
        var specs = new ArrayList<TaskSpec>();
        for (int i = 0; i < TASKS; i++) {
            var needs = i < 6 ? List.<Integer>of() : List.of(i - 6, i - 3);
            var mark = marks.resolve(id + "-" + i);
            specs.add(TaskSpec.simple("t" + i, needs, Requirement.ANY, Action.script("echo x >> " + mark)));
        }
        told.submit(project, id, specs);
    }

    private void submitAll(String round) throws Exception {
        for (var project : PROJECTS) {
            submit(project, round + project);
        }
    }

    private void awaitRuns(int count) {
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            told.expectNoFailure();
            assertThat(told.seen(Event.RunFinished.class)).hasSize(count);
        });
    }

    /** Every task was run by a real worker, passed, and has one result. */
    private void expectAllDone(String round) {
        var finished = told.seen(Event.TaskFinished.class);
        assertThat(finished).allMatch(task -> task.outcome() == Outcome.SUCCESS);
        assertThat(finished.stream().map(AdversaryTest::name).toList()).doesNotHaveDuplicates();
        for (var project : PROJECTS) {
            for (int i = 0; i < TASKS; i++) {
                assertThat(directory.resolve("marks").resolve(round + project + "-" + i))
                        .exists();
            }
        }
    }

    @Test
    void shouldRunEveryTaskWhateverOtherClaimersDo() throws Exception {
        startWorker("w1");
        startWorker("w2");
        try (var bad = new BadClaimer(settings, zookeeper(), 7)) {
            submitAll("a");
            awaitRuns(PROJECTS.size());

            assertThat(bad.harm()).isGreaterThan(TASKS);
        }
        // The scripts' marks tell that no task passed by a bad claimer's word.
        expectAllDone("a");
    }

    private static String name(Event.TaskFinished task) {
        return task.project() + "#" + task.run() + "/" + task.task();
    }

    @Test
    void shouldNotBeMovedByRecordsThatComeTwice() throws Exception {
        startWorker("w1");
        submitAll("a");
        awaitRuns(PROJECTS.size());
        repeat(Topics.COMMANDS);
        repeat(Topics.space("any"));
        submitAll("b");
        awaitRuns(2 * PROJECTS.size());

        expectAllDone("a");
        expectAllDone("b");
        assertThat(directory.resolve("marks/ap-0")).hasContent("x\n");
    }

    /** Appends each record of a topic once more, in disorder. */
    private void repeat(String topic) throws Exception {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        try (var consumer = settings.consumer();
                var producer = settings.producer()) {
            var partitions = Topics.partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    records.add(new ProducerRecord<>(
                            topic, record.partition(), null, record.key(), record.value(), record.headers()));
                }
            }
            Collections.shuffle(records, new Random(7));
            for (var record : records) {
                producer.send(record).get();
            }
        }
    }

    @Test
    void shouldGoOnWhileTheSpaceIsCompacted() throws Exception {
        compactAtOnce(Topics.space("any"));
        startWorker("w1");
        submitAll("a");
        awaitRuns(PROJECTS.size());
        submitAll("b");
        startWorker("w2");

        awaitRuns(2 * PROJECTS.size());

        expectAllDone("a");
        expectAllDone("b");
    }

    private void compactAtOnce(String topic) throws Exception {
        try (var admin = settings.admin()) {
            Topics.createSpaces(admin, settings, List.of(topic));
            Collection<AlterConfigOp> changes = new ArrayList<>();
            Map.of(
                            "segment.ms", "200",
                            "min.cleanable.dirty.ratio", "0.001",
                            "delete.retention.ms", "100",
                            "min.compaction.lag.ms", "0",
                            "max.compaction.lag.ms", "200")
                    .forEach((key, value) ->
                            changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes))
                    .all()
                    .get();
        }
    }

    @Test
    void shouldMakeTheSpaceAnewWhenItIsDeleted() throws Exception {
        startWorker("w1");
        submitAll("a");
        await().atMost(PATIENCE).until(() -> told.seen(Event.TaskFinished.class).size() > 20);

        delete(Topics.space("any"));

        awaitRuns(PROJECTS.size());
        expectAllDone("a");
    }

    @Test
    void shouldFillTheSpaceAgainWhenItIsDeletedAndMadeByAnother() throws Exception {
        startWorker("w1");
        submitAll("a");
        await().atMost(PATIENCE).until(() -> told.seen(Event.TaskFinished.class).size() > 20);

        delete(Topics.space("any"));
        try (var admin = settings.admin()) {
            Topics.createSpaces(admin, settings, List.of(Topics.space("any")));
        }

        awaitRuns(PROJECTS.size());
        expectAllDone("a");
    }

    private void delete(String topic) throws Exception {
        try (var admin = settings.admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    private void awaitRefusal(String... words) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(scheduler.hopeless()).isNotNull();
            assertThat(scheduler.hopeless()).hasMessageContainingAll(words);
        });
    }

    /** Who looks between the two sees that there is none. */
    private void awaitRefusalOfAnother(String topic) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(scheduler.hopeless()).isNotNull();
            assertThat(scheduler.hopeless().getMessage())
                    .contains(topic)
                    .containsPattern("deleted and made anew|is gone");
        });
    }

    @Test
    void shouldRefuseToGoOnWithoutItsCommands() throws Exception {
        submitAll("a");

        delete(Topics.COMMANDS);

        awaitRefusal(Topics.COMMANDS, "is gone");
    }

    @Test
    void shouldRefuseToGoOnWithOtherCommandsThanItsOwn() throws Exception {
        submitAll("a");

        delete(Topics.COMMANDS);
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }

        awaitRefusalOfAnother(Topics.COMMANDS);
    }

    @Test
    void shouldRefuseToBeginWithOtherCommandsThanItsOwnAndKeepTheState() throws Exception {
        submitAll("a");
        await().atMost(PATIENCE).until(() -> told.seen(Event.RunCreated.class).size() == PROJECTS.size());
        scheduler.close();
        delete(Topics.COMMANDS);
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }

        scheduler = scheduler("one");
        assertThatThrownBy(() -> scheduler.start())
                .hasMessageContainingAll(Topics.COMMANDS, "deleted and made anew since", "removes that directory");
        assertThat(directory.resolve("one/partition-0/db")).isNotEmptyDirectory();
    }

    @Test
    void shouldRefuseToGoOnWithOtherEventsThanItsOwn() throws Exception {
        submitAll("a");
        await().atMost(PATIENCE).until(() -> !told.seen(Event.RunCreated.class).isEmpty());

        delete(Topics.EVENTS);
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }

        awaitRefusalOfAnother(Topics.EVENTS);
    }

    @Test
    void shouldRefuseToGoOnWithMorePartitions() throws Exception {
        submitAll("a");

        try (var admin = settings.admin()) {
            admin.createPartitions(Map.of(Topics.COMMANDS, NewPartitions.increaseTo(4)))
                    .all()
                    .get();
        }

        awaitRefusal(Topics.COMMANDS, "4 partitions", "3");
    }
}
