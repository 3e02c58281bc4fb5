package dev.coil.scheduler.owner;

import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.presence.Drains;
import dev.coil.scheduler.presence.Presence;
import dev.coil.scheduler.resolver.RulesUnknown;
import dev.coil.scheduler.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that this process owns, each on a thread of its own; an ownership that failed is begun again. */
public final class Owners implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Owners.class);
    private static final long PAUSE_MILLIS = 500;

    /** What cannot be folded will not be without an operator, and each attempt is a record more in the log. */
    private static final long PAUSE_AT_POISON_MILLIS = 5_000;

    /**
     * Whoever owns a partition now is told apart from a record that merely came again by whether this process is told to give it up,
     * which takes the session of an assignment that is lost. Its own name needs no such patience.
     */
    private static final long FOLLOWED_MILLIS = 60_000;

    private final KafkaSettings settings;
    private final Path directory;
    private final OwnerConfig config;
    private final Presence presence;
    private final Drains drains;
    private final CommandLog commands;
    private final Map<Integer, Running> running = new TreeMap<>();

    public Owners(
            KafkaSettings settings,
            Path directory,
            OwnerConfig config,
            Presence presence,
            Drains drains,
            CommandLog commands) {
        this.settings = settings;
        this.directory = directory;
        this.config = config;
        this.presence = presence;
        this.drains = drains;
        this.commands = commands;
    }

    private final class Running implements Runnable {
        private final int partition;
        private final Status status = new Status();
        private final Thread thread;
        private @Nullable PartitionOwner owner;
        private boolean stopping;
        private String told = "";

        Running(int partition) {
            this.partition = partition;
            thread = new Thread(this, "owner-" + partition);
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            for (var next = next(); next != null; next = next()) {
                try {
                    var follower = next.run();
                    if (follower != null && !follower.equals(config.name())) {
                        pause(FOLLOWED_MILLIS);
                    }
                } catch (LogReplaced | RulesUnknown e) {
                    log.error("partition {}: the ownership ended for good: {}", partition, e.getMessage());
                    status.failed(e);
                    return;
                } catch (Error e) {
                    log.error("partition {}: the ownership ended", partition, e);
                    status.failed(
                            new IllegalStateException("partition " + partition + " cannot be folded here: " + e, e));
                    pause(PAUSE_MILLIS);
                } catch (Exception e) {
                    // What fails again and again in the same way is told once.
                    if (!String.valueOf(e.getMessage()).equals(told)) {
                        log.error("partition {}: the ownership ended: {}", partition, e.getMessage(), e);
                        told = String.valueOf(e.getMessage());
                    }
                    status.failed(e);
                    distrustDamaged(e);
                    pause(e instanceof FoldFailed ? PAUSE_AT_POISON_MILLIS : PAUSE_MILLIS);
                }
            }
        }

        /** What cannot be read today cannot be read tomorrow either. */
        private void distrustDamaged(Exception e) {
            try {
                if (e instanceof StoreFailure store && store.isDamage()) {
                    PartitionStore.distrust(directory());
                }
            } catch (IOException notNow) {
                log.warn("partition {}: cannot have the damaged store rebuilt: {}", partition, notNow.toString());
            }
        }

        private Path directory() {
            return directory.resolve("partition-" + partition);
        }

        private synchronized @Nullable PartitionOwner next() {
            owner = stopping
                    ? null
                    : new PartitionOwner(settings, partition, directory(), config, presence, drains, commands, status);
            return owner;
        }

        private synchronized void pause(long millis) {
            try {
                if (!stopping) {
                    wait(millis);
                }
            } catch (InterruptedException e) {
                stopping = true;
            }
        }

        private synchronized void stop() {
            stopping = true;
            if (owner != null) {
                owner.stop();
            }
            notifyAll();
        }
    }

    /** Begins to own these partitions. */
    public synchronized void start(Collection<Integer> partitions) {
        for (int partition : partitions) {
            var next = new Running(partition);
            running.put(partition, next);
            next.thread.start();
        }
    }

    /** Gives these partitions up, and waits until what was folded is stored. */
    public synchronized void stop(Collection<Integer> partitions) {
        var stopped = new ArrayList<Running>();
        for (int partition : partitions) {
            var owner = running.remove(partition);
            if (owner != null) {
                owner.stop();
                stopped.add(owner);
            }
        }
        for (var owner : stopped) {
            try {
                owner.thread.join(30_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    public synchronized List<Status> statuses() {
        return running.values().stream().map(owner -> owner.status).toList();
    }

    @Override
    public void close() {
        stop(List.copyOf(running.keySet()));
    }
}
