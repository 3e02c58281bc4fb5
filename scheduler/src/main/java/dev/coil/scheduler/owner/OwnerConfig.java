package dev.coil.scheduler.owner;

/**
 * What owners are told.
 *
 * @param name of this process among schedulers
 * @param retention which finished runs are kept
 * @param checkpoints when the state is written to Kafka
 */
public record OwnerConfig(String name, Retention retention, CheckpointPolicy checkpoints) {}
