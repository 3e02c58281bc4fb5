package dev.coil.scheduler.owner;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Quarantine;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.presence.Drains;
import dev.coil.scheduler.presence.Presence;
import dev.coil.scheduler.resolver.Resolver;
import dev.coil.scheduler.resolver.RulesUnknown;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.store.Identity;
import dev.coil.scheduler.store.Overlay;
import dev.coil.scheduler.store.RocksStore;
import dev.coil.scheduler.store.StoreFailure;
import dev.coil.scheduler.turn.Effect;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds one partition of the command log.
 *
 * <pre>
 *   poll ─▶ apply each command over an overlay ─▶ send the effects ─▶ when all are acknowledged: one write of state and position
 *     ▲                                                                  (the next batches are folded meanwhile)
 *     └── between polls: say which workers came and went, give up the lost, fire timers ({@link Upkeep}), have the state written to Kafka
 *         now and then ({@link Checkpoints})
 * </pre>
 *
 * A new owner first appends {@code StartEpoch} and replays up to it: events that are in the event log already are not sent again. Any
 * failure ends the ownership with nothing applied that was not acknowledged; whoever owns next goes on from the store and the log.
 */
final class PartitionOwner {

    private static final Logger log = LoggerFactory.getLogger(PartitionOwner.class);

    private static final int MOST_PENDING = 8;
    private static final Duration IDLE = Duration.ofMillis(50);
    private static final Duration BUSY = Duration.ofMillis(2);

    /** Effects without a number that may not have been sent by the former owner: those of about the last pending batches. */
    private static final long REPEATED_EVENTS = 50_000;

    private final KafkaSettings settings;
    private final int partition;
    private final Path directory;
    private final OwnerConfig config;
    private final Presence presence;
    private final Drains drains;
    private final CommandLog commands;
    private final Status status;

    private volatile boolean stopping;

    PartitionOwner(
            KafkaSettings settings,
            int partition,
            Path directory,
            OwnerConfig config,
            Presence presence,
            Drains drains,
            CommandLog commands,
            Status status) {
        this.settings = settings;
        this.partition = partition;
        this.directory = directory;
        this.config = config;
        this.presence = presence;
        this.drains = drains;
        this.commands = commands;
        this.status = status;
    }

    void stop() {
        stopping = true;
    }

    /** Owns the partition until it is stopped, followed by another owner, or fails. Returns who followed; {@code null} if nobody did. */
    @Nullable
    String run() throws IOException {
        try (var admin = settings.admin()) {
            var identity = PartitionStore.identity(admin, partition);
            try (var store = PartitionStore.open(settings, identity, directory, status);
                    var sender = new EffectSender(settings, admin, partition);
                    var consumer = settings.consumer();
                    var ownership =
                            new Ownership(identity, store, sender, consumer, new TopicGuard(admin, partition))) {
                return ownership.run();
            }
        } finally {
            status.down();
        }
    }

    private record Pending(Overlay overlay, EffectSender.Receipt receipt) {}

    /** One ownership, from opening the store to its end. */
    private final class Ownership implements AutoCloseable {
        private final RocksStore store;
        private final EffectSender sender;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final TopicGuard guard;
        private final Resolver resolver;
        private final Upkeep upkeep;
        private final Checkpoints checkpoints;
        private final Map<Long, Quarantine.Entry> quarantine = Quarantine.read(settings, partition);
        private final ArrayDeque<Pending> pending = new ArrayDeque<>();
        private final long lastSent;
        private final long epoch;
        private boolean live;
        private @Nullable String follower;

        Ownership(
                Identity identity,
                RocksStore store,
                EffectSender sender,
                KafkaConsumer<byte[], byte[]> consumer,
                TopicGuard guard) {
            this.store = store;
            this.guard = guard;
            this.sender = sender;
            this.consumer = consumer;
            var state = store.overlay();
            resolver = new Resolver(state);
            var topic = new TopicPartition(Topics.COMMANDS, partition);
            consumer.assign(List.of(topic));
            consumer.seek(topic, Meta.POSITION.get(state));
            epoch = startEpoch();
            lastSent = LastEvent.seq(settings, partition);
            upkeep = new Upkeep(
                    partition,
                    commands,
                    presence,
                    drains,
                    resolver,
                    store,
                    config,
                    new EventTrim(settings, partition, System.nanoTime()));
            checkpoints = new Checkpoints(settings, identity, epoch, config.checkpoints(), status, System.nanoTime());
            log.info(
                    "partition {}: replaying from {} to {}, events up to {} are out",
                    partition,
                    Meta.POSITION.get(state),
                    epoch,
                    lastSent);
        }

        private long startEpoch() {
            try {
                return commands.append(partition, new Command.StartEpoch(config.name()))
                        .get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(
                        "cannot append to partition " + partition + ": "
                                + e.getCause().getMessage(),
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Nullable
        String run() {
            while (!stopping && follower == null) {
                var records = poll();
                if (!records.isEmpty()) {
                    fold(records);
                }
                storeAcknowledged();
                if (live) {
                    upkeep.run(epoch);
                    checkpoints.look(store, System.nanoTime());
                }
                status.report(store.bytesWritten());
                guard.look(sender.families());
            }
            while (!pending.isEmpty()) {
                awaitOldest();
            }
            return follower;
        }

        @Override
        public void close() {
            checkpoints.close();
        }

        private ConsumerRecords<byte[], byte[]> poll() {
            try {
                return consumer.poll(pending.isEmpty() ? IDLE : BUSY);
            } catch (WakeupException e) {
                return ConsumerRecords.empty();
            } catch (InterruptException | RetriableException e) {
                throw e;
            } catch (OffsetOutOfRangeException e) {
                guard.lookNow();
                throw new IllegalStateException(
                        "another owner went on and removed commands that were not folded here yet", e);
            } catch (KafkaException e) {
                guard.lookNow();
                throw new CommandsUnreadable(partition, Meta.POSITION.get(store.overlay()), e);
            }
        }

        private void fold(ConsumerRecords<byte[], byte[]> records) {
            var overlay = store.overlay();
            var receipt = new EffectSender.Receipt();
            ConsumerRecord<byte[], byte[]> last = null;
            for (var record : records) {
                last = record;
                fold(overlay, receipt, record);
                if (follower != null) {
                    // What comes after the next owner's epoch is that owner's to tell: it takes the events that are out
                    // for those of the commands before.
                    break;
                }
            }
            if (last != null) {
                Meta.POSITION.set(overlay, last.offset() + 1);
                Meta.LAST_HASH.set(overlay, CommandPrefix.hash(last.value()));
            }
            store.pend(overlay);
            pending.add(new Pending(overlay, receipt));
            while (pending.size() > MOST_PENDING) {
                awaitOldest();
            }
        }

        private void fold(Overlay overlay, EffectSender.Receipt receipt, ConsumerRecord<byte[], byte[]> record) {
            var left = quarantine.get(record.offset());
            if (left != null) {
                log.warn(
                        "partition {}: leaves out the command at offset {}, as {} decided: {}",
                        partition,
                        left.offset(),
                        left.by(),
                        left.reason());
                return;
            }
            Command command;
            List<Effect> effects;
            boolean repeats = Meta.SEQ.get(overlay) < lastSent - REPEATED_EVENTS;
            try {
                command = Codec.read(Command.class, record.value());
                effects = resolver.apply(overlay, command, record.offset(), record.timestamp());
            } catch (StoreFailure | RulesUnknown e) {
                throw e;
            } catch (RuntimeException e) {
                throw new FoldFailed(partition, record.offset(), e);
            }
            try {
                sender.send(
                        effects.stream()
                                .filter(effect -> isDue(effect, repeats))
                                .toList(),
                        receipt);
            } catch (RecordTooLargeException e) {
                throw new FoldFailed(partition, record.offset(), e);
            }
            if (command instanceof Command.StartEpoch start) {
                if (record.offset() == epoch) {
                    goLive(overlay, receipt);
                } else if (record.offset() > epoch) {
                    log.info("partition {}: {} owns it now", partition, start.owner());
                    follower = start.owner();
                }
            }
        }

        private boolean isDue(Effect effect, boolean repeats) {
            if (effect instanceof Effect.Emit emit) {
                return emit.seq() > lastSent;
            }
            // A former owner's commands to itself carry its epoch and would be ignored. What is to be in the space is
            // put there
            // when this owner goes live; a tuple put there before, of which the end was told already, would stay as a
            // ghost.
            return effect instanceof Effect.Append || effect instanceof Effect.Publish ? live : !repeats;
        }

        private void goLive(Overlay overlay, EffectSender.Receipt receipt) {
            if (Meta.SEQ.get(overlay) < lastSent) {
                throw new CommandsLost(partition, lastSent, Meta.SEQ.get(overlay));
            }
            live = true;
            sender.send(resolver.republish(overlay), receipt);
            overlay.scan(Table.CURSORS, new byte[0], (byte[] key, Cursor cursor) -> {
                sender.send(List.of(new Effect.Append(new Command.Continue(epoch, cursor.id()))), receipt);
                return true;
            });
            status.live(resolver.workers().all().keySet());
            log.info("partition {}: live with epoch {}", partition, epoch);
        }

        private void storeAcknowledged() {
            while (!pending.isEmpty() && pending.peek().receipt().isComplete()) {
                pending.poll();
                store.storeOldest();
            }
        }

        private void awaitOldest() {
            var oldest = pending.peek();
            while (oldest != null && !oldest.receipt().isComplete()) {
                guard.look(sender.families());
                java.util.concurrent.locks.LockSupport.parkNanos(100_000);
            }
            storeAcknowledged();
        }
    }
}
