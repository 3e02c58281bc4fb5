package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a claimed task may start. */
public enum Start {
    /** As soon as its claim is sent; for tasks that are safe to run twice. */
    @JsonProperty("optimistic")
    OPTIMISTIC,
    /** Only when the tombstone with its own claim id has been read. */
    @JsonProperty("granted")
    GRANTED
}
