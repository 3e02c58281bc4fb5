package dev.coil.scheduler.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The last record of a checkpoint: what it is of, and by what it is known to be whole.
 *
 * @param lastHash CRC-32C of the command before its position
 * @param lastEvent the number of the last event that the commands before it tell; that and all before it are in the event log
 * @param layout of its entries, as in {@link dev.coil.scheduler.store.Identity}
 * @param clusterId and {@code topicId}: of the command log
 * @param pieces how many records it has besides this one
 * @param entries how many there are in it
 * @param bytes of its entries
 * @param sha256 of the same, in hexadecimal
 */
public record Manifest(
        @JsonProperty(required = true) CheckpointId id,
        @JsonProperty(required = true) long lastHash,
        @JsonProperty(required = true) long lastEvent,
        @JsonProperty(required = true) int layout,
        @JsonProperty(required = true) String clusterId,
        @JsonProperty(required = true) String topicId,
        @JsonProperty(required = true) long pieces,
        @JsonProperty(required = true) long entries,
        @JsonProperty(required = true) long bytes,
        @JsonProperty(required = true) String sha256) {}
