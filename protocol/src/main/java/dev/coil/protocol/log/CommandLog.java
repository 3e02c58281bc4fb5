package dev.coil.protocol.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Appends commands. Those of one project keep the order in which one log object was given them. Safe for many threads. */
public final class CommandLog implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final int partitions;

    public CommandLog(KafkaSettings settings) {
        producer = settings.producer();
        try {
            partitions = producer.partitionsFor(Topics.COMMANDS).size();
            int events = producer.partitionsFor(Topics.EVENTS).size();
            if (events != partitions) {
                throw new KafkaUnusable(
                        "topic " + Topics.COMMANDS + " has " + partitions + " partitions and " + Topics.EVENTS + " has "
                                + events
                                + ": with a number of its own, projects are in other partitions than they were",
                        null);
            }
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    public int partitions() {
        return partitions;
    }

    /** The partition of the command, event, control and space topics that a project's records are in. */
    public int partitionOf(String project) {
        return Utils.toPositive(Utils.murmur2(project.getBytes(UTF_8))) % partitions;
    }

    /** Appends to the project's partition. The future completes with the record's offset, or exceptionally if it may not be there. */
    public CompletableFuture<Long> append(Command.OfProject command) {
        return send(partitionOf(command.project()), command.project().getBytes(UTF_8), command);
    }

    /** Appends an owner's command to its own partition. */
    public CompletableFuture<Long> append(int partition, Command command) {
        return send(partition, null, command);
    }

    private CompletableFuture<Long> send(int partition, byte @Nullable [] key, Command command) {
        var appended = new CompletableFuture<Long>();
        producer.send(
                new ProducerRecord<>(Topics.COMMANDS, partition, key, Codec.encode(command)),
                (RecordMetadata metadata, Exception failure) -> {
                    if (failure != null) {
                        appended.completeExceptionally(failure);
                    } else {
                        appended.complete(metadata.offset());
                    }
                });
        return appended;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
