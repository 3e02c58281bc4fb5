package dev.coil.ops.worker;

import static org.awaitility.Awaitility.await;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.control.Control;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.log.ControlTopic;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.LogTopic;
import dev.coil.protocol.log.SpaceTopic;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.Requirement;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Plays the owner of the only partition towards workers: puts tuples, and answers claims as its script says. */
final class ScriptedOwner implements AutoCloseable {

    static final String PROJECT = "demo";

    /** The answer to a claim; {@code null} for none. */
    interface Script {
        @Nullable
        Tombstone answer(Command.ClaimTask claim);
    }

    final List<Command> commands = new CopyOnWriteArrayList<>();
    final List<LogChunk> logs = new CopyOnWriteArrayList<>();
    volatile Script script = this::firstWins;

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, ClaimId> winners = new HashMap<>();
    private final Thread thread = new Thread(this::run, "scripted-owner");
    private volatile boolean closed;

    ScriptedOwner(KafkaSettings settings) {
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
            Topics.createSpaces(admin, settings, List.of(Topics.space(Requirement.ANY_FAMILY)));
        }
        producer = settings.producer();
        consumer = settings.consumer();
        var partitions = new ArrayList<>(Topics.partitions(consumer, Topics.COMMANDS));
        partitions.addAll(Topics.partitions(consumer, Topics.LOGS));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.start();
    }

    private void run() {
        try (consumer) {
            while (!closed) {
                consumer.poll(Duration.ofMillis(200)).forEach(this::read);
            }
        } catch (WakeupException closing) {
            closed = true;
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topics.LOGS)) {
            logs.add(LogTopic.read(record));
            return;
        }
        var command = Codec.read(Command.class, record.value());
        if (command instanceof Command.ClaimTask claim) {
            var answer = script.answer(claim);
            if (answer != null) {
                remove(new TaskRef(claim.project(), claim.run(), claim.task()), answer);
            }
        }
        commands.add(command);
    }

    /** What the real one does, as far as a worker can see. */
    @Nullable
    Tombstone firstWins(Command.ClaimTask claim) {
        var winner = winners.computeIfAbsent(claim.task() + "/" + claim.attempt(), key -> claim.claim());
        return new Tombstone(1, claim.attempt(), winner, null);
    }

    static ReadyTask task(int index, String script) {
        return task(index, 1, Start.OPTIMISTIC, Requirement.ANY, Action.script(script));
    }

    /** A script in an empty workspace. */
    static Action action(String script, Resources resources, List<Action.Artifact> artifacts) {
        return new Action(
                script, null, "sh", Map.of(), "", false, null, false, List.of(), artifacts, Map.of(), false, resources,
                List.of(), null, List.of());
    }

    static ReadyTask task(int index, int attempt, Start start, Requirement requirement, Action action) {
        return new ReadyTask(
                1,
                PROJECT,
                1,
                index,
                attempt,
                "0011223344556677",
                "task" + index,
                Map.of(),
                requirement,
                Priority.NORMAL,
                start,
                0,
                index,
                Source.none(),
                action,
                null,
                List.of());
    }

    void put(ReadyTask task) {
        producer.send(SpaceTopic.put(0, task));
    }

    void remove(TaskRef task, Tombstone tombstone) {
        producer.send(SpaceTopic.remove(Requirement.ANY_FAMILY, 0, task, tombstone));
    }

    void stop(ClaimId claim, String reason) {
        producer.send(ControlTopic.record(0, new Control.StopClaim(claim, reason)));
    }

    <T extends Command> List<T> seen(Class<T> type, Predicate<T> which) {
        return commands.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(which)
                .toList();
    }

    /** The tasks in the order in which they were first claimed. */
    List<Integer> order() {
        return commands.stream()
                .filter(Command.ClaimTask.class::isInstance)
                .map(command -> ((Command.ClaimTask) command).task())
                .distinct()
                .toList();
    }

    List<Command.ClaimTask> claims(int task) {
        return seen(Command.ClaimTask.class, claim -> claim.task() == task);
    }

    List<Command.FinishTask> results(int task) {
        return seen(Command.FinishTask.class, finish -> finish.task() == task);
    }

    Command.ClaimTask awaitClaim(int task) {
        await().until(() -> !claims(task).isEmpty());
        return claims(task).get(0);
    }

    Command.FinishTask awaitResult(int task) {
        await().until(() -> !results(task).isEmpty());
        return results(task).get(0);
    }

    /** The log of a task's first attempt, as far as it has come. */
    String log(int task) {
        var text = new ByteArrayOutputStream();
        logs.stream()
                .filter(chunk -> chunk.task().task() == task)
                .sorted(Comparator.comparingLong(LogChunk::offset))
                .forEach(chunk -> text.writeBytes(chunk.bytes()));
        return text.toString(StandardCharsets.UTF_8);
    }

    /** How much of that log has come. */
    long logBytes(int task) {
        return logs.stream()
                .filter(chunk -> chunk.task().task() == task)
                .mapToLong(chunk -> chunk.bytes().length)
                .sum();
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        await().until(() -> !thread.isAlive());
        producer.close();
    }
}
