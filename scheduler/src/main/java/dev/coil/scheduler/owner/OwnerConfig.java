package dev.coil.scheduler.owner;

/**
 * What owners are told.
 *
 * @param name of this process among schedulers
 * @param retention which finished runs are kept
 * @param checkpoints when the state is written to Kafka
 * @param rules the version to which it switches the rules of the fold where an older one is in force
 */
public record OwnerConfig(String name, Retention retention, CheckpointPolicy checkpoints, int rules) {}
