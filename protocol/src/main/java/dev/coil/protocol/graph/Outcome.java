package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How an attempt, a task or a run ended. */
public enum Outcome {
    /** It did what it should. */
    @JsonProperty("success")
    SUCCESS,
    /** The task itself failed: its script returned non-zero, or an artifact that it promised is missing. */
    @JsonProperty("failure")
    FAILURE,
    /** The infrastructure failed: a lost worker, a checkout that did not work. */
    @JsonProperty("error")
    ERROR,
    /** It took longer than its timeout, or waited longer than its queue timeout. */
    @JsonProperty("timeout")
    TIMEOUT,
    /** Somebody cancelled it. */
    @JsonProperty("cancelled")
    CANCELLED,
    /** It was not run: its condition did not hold, a need was not satisfied, or no worker could take it. */
    @JsonProperty("skipped")
    SKIPPED;

    /** The spelling in graphs, JSON, the CLI and pages. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
