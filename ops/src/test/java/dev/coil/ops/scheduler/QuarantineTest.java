package dev.coil.ops.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.codec.Codec;
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
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.owner.FoldFailed;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Commands that no fold can take, on a real broker. */
class QuarantineTest extends SchedulerFixture {

    private final List<EventRecord> events = new CopyOnWriteArrayList<>();

    @Test
    void shouldStopAtACommandThatCannotBeFoldedAndGoOnWithoutItWhenToldTo() throws Exception {
        long poison;
        try (var scheduler = scheduler("one");
                var commands = new CommandLog(settings)) {
            scheduler.start();
            int partition = commands.partitionOf("p");
            submit(commands, "p", "before");
            poison = append(partition, "{\"@type\":\"DanceTheTango\",\"project\":\"p\"}");
            submit(commands, "p", "behind");
            submit(commands, "q", "elsewhere");

            await().atMost(PATIENCE).until(() -> scheduler.hopeless() != null);
            assertThat(commands.partitionOf("q")).isNotEqualTo(partition);
            assertThat(scheduler.hopeless())
                    .isInstanceOf(FoldFailed.class)
                    .hasMessageStartingWith("partition " + partition + " stops at the command at offset " + poison)
                    .hasMessageContaining("DanceTheTango");
        }
        try (var tail = new EventTail(settings, EventTail.Start.BEGINNING, "tail", events::addAll)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(created()).containsExactlyInAnyOrder("before", "elsewhere"));
            int partition = partitionOf("p");
            try (var scheduler = scheduler("one")) {
                assertThatThrownBy(scheduler::start).isInstanceOf(FoldFailed.class);
            }
            try (var scheduler = scheduler("one")) {
                assertThatThrownBy(() -> scheduler.startWithout(partition, poison - 1, "op"))
                        .hasMessageStartingWith("partition " + partition + " does not stop at offset " + (poison - 1)
                                + " here, so nothing was left out");
            }

            try (var scheduler = scheduler("one")) {
                scheduler.startWithout(partition, poison, "op");
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(created())
                        .containsExactlyInAnyOrder("before", "elsewhere", "behind"));
            }
            // Kept, and the same for a store that is made anew.
            try (var scheduler = scheduler("two")) {
                scheduler.start();
                assertThat(scheduler.statuses()).allMatch(status -> status.isLive());
            }
            assertThat(created()).hasSize(3);
            assertThat(tail.failure()).isNull();
        }
    }

    @Test
    void shouldStopAtACommandThatLeadsToMoreThanARecordHoldsAndGoOnWithoutItWhenToldTo() throws Exception {
        int partition;
        long poison;
        try (var scheduler = scheduler("one");
                var commands = new CommandLog(settings)) {
            scheduler.start();
            partition = commands.partitionOf("p");
            submit(commands, "p", "before");
            var reason = "x".repeat(KafkaSettings.LARGEST_VALUE);
            poison = appendAnySize(partition, new Command.Pause("r", PauseScope.project("p"), reason, "somebody"));
            submit(commands, "p", "behind");

            await().atMost(PATIENCE).until(() -> scheduler.hopeless() != null);
            assertThat(scheduler.hopeless())
                    .isInstanceOf(FoldFailed.class)
                    .hasMessageStartingWith("partition " + partition + " stops at the command at offset " + poison)
                    .hasMessageContaining("the Paused that it leads to has")
                    .hasMessageEndingWith("bytes, and a record has at most " + KafkaSettings.LARGEST_VALUE);
        }
        try (var tail = new EventTail(settings, EventTail.Start.BEGINNING, "tail", events::addAll);
                var scheduler = scheduler("one")) {
            scheduler.startWithout(partition, poison, "op");

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(created()).containsExactly("before", "behind"));
            assertThat(tail.failure()).isNull();
        }
    }

    /** As a client does that is not ours. */
    private long appendAnySize(int partition, Command command) throws Exception {
        Map<String, Object> foreign =
                Map.of("bootstrap.servers", settings.bootstrapServers(), "max.request.size", 16 << 20);
        try (var producer = new KafkaProducer<>(foreign, new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(Topics.COMMANDS, partition, null, Codec.encode(command)))
                    .get()
                    .offset();
        }
    }

    private int partitionOf(String project) {
        try (var commands = new CommandLog(settings)) {
            return commands.partitionOf(project);
        }
    }

    private long append(int partition, String value) throws Exception {
        try (var producer = settings.producer()) {
            return producer.send(new ProducerRecord<>(Topics.COMMANDS, partition, null, value.getBytes(UTF_8)))
                    .get()
                    .offset();
        }
    }

    private static void submit(CommandLog commands, String project, String id) throws Exception {
        var task = TaskSpec.simple("t", List.of(), Requirement.ANY, Action.script("true"));
        commands.append(new Command.StageTasks(project, id, 0, List.of(task)));
        commands.append(new Command.SubmitRun("r-" + id, project, id, Source.none(), 1, false, "test", null))
                .get();
    }

    private List<String> created() {
        return events.stream()
                .map(EventRecord::event)
                .filter(Event.RunCreated.class::isInstance)
                .map(event -> ((Event.RunCreated) event).id())
                .toList();
    }
}
