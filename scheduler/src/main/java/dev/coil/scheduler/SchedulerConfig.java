package dev.coil.scheduler;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.owner.CheckpointPolicy;
import dev.coil.scheduler.owner.Retention;
import java.nio.file.Path;

/**
 * What a scheduler is told.
 *
 * @param kafka how to reach Kafka
 * @param zookeeper connect string, {@code host:port,host:port/chroot}
 * @param directory for the stores; nobody else's
 * @param name of this process among schedulers, kept over its restarts
 * @param soleOwner whether it owns every partition by itself; otherwise Kafka shares them out among all schedulers
 * @param retention which finished runs are kept; the same for all schedulers
 * @param checkpoints when the state is written to Kafka
 * @param rules the version to which it switches the rules of the fold where an older one is in force; 0 to leave them as they are
 */
public record SchedulerConfig(
        KafkaSettings kafka,
        String zookeeper,
        Path directory,
        String name,
        boolean soleOwner,
        Retention retention,
        CheckpointPolicy checkpoints,
        int rules) {

    /** Keeps the runs and writes the checkpoints that are usual, and leaves the rules as they are. */
    public SchedulerConfig(KafkaSettings kafka, String zookeeper, Path directory, String name, boolean soleOwner) {
        this(kafka, zookeeper, directory, name, soleOwner, Retention.STANDARD, CheckpointPolicy.STANDARD, 0);
    }
}
