package dev.coil.ops.gateway;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event.RequestAnswered;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.log.EventTopic;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Stands where the resolver stands: reads the commands of the one partition and answers requests, as a script says. Without one, a
 * submission is answered with the run that its id has, or a new one, and the rest is accepted.
 */
final class ScriptedResolver implements AutoCloseable {

    private final KafkaSettings kafka;
    private final List<Command> commands = new CopyOnWriteArrayList<>();
    private final List<String> runs = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "scripted-resolver");
    private volatile Function<Command.Request, @Nullable RequestAnswered> script = this::accept;
    private volatile boolean closed;

    ScriptedResolver(KafkaSettings kafka) {
        this.kafka = kafka;
        thread.start();
    }

    /** Answers as the function says; {@code null} is silence. */
    void answer(Function<Command.Request, @Nullable RequestAnswered> answers) {
        script = answers;
    }

    /** Forgets the commands that came, and answers as at first. */
    void reset() {
        commands.clear();
        script = this::accept;
    }

    /** Every command, in the log's order. */
    List<Command> commands() {
        return List.copyOf(commands);
    }

    <T extends Command> Stream<T> commands(Class<T> type) {
        return commands.stream().filter(type::isInstance).map(type::cast);
    }

    private RequestAnswered accept(Command.Request request) {
        if (!(request instanceof Command.SubmitRun submit)) {
            return new RequestAnswered(request.requestId(), request.project(), 1, null, "");
        }
        if (!runs.contains(submit.submission())) {
            runs.add(submit.submission());
        }
        return new RequestAnswered(
                submit.requestId(), submit.project(), runs.indexOf(submit.submission()) + 1, null, "");
    }

    private void run() {
        var partition = List.of(new TopicPartition(Topics.COMMANDS, 0));
        long seq = 0;
        try (var consumer = kafka.consumer();
                var producer = kafka.producer()) {
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            while (!closed) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    var command = Codec.read(Command.class, record.value());
                    commands.add(command);
                    var answer = command instanceof Command.Request request ? script.apply(request) : null;
                    if (answer != null) {
                        producer.send(EventTopic.record(new EventRecord(0, ++seq, record.timestamp(), answer)));
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
