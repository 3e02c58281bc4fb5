package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which ready task is taken first; the order of the constants is the order of taking. */
public enum Priority {
    @JsonProperty("high")
    HIGH,
    @JsonProperty("normal")
    NORMAL,
    @JsonProperty("low")
    LOW
}
