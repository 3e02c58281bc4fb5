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
 */
public record SchedulerConfig(
        KafkaSettings kafka,
        String zookeeper,
        Path directory,
        String name,
        boolean soleOwner,
        Retention retention,
        CheckpointPolicy checkpoints) {

    public SchedulerConfig(KafkaSettings kafka, String zookeeper, Path directory, String name, boolean soleOwner) {
        this(kafka, zookeeper, directory, name, soleOwner, Retention.STANDARD, CheckpointPolicy.STANDARD);
    }
}
