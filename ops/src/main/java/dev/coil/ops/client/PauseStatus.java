package dev.coil.ops.client;

import java.time.Instant;

/**
 * Something that is not started for now.
 *
 * @param kind {@code requirement}, {@code project} or {@code worker}
 */
public record PauseStatus(String kind, String name, String reason, String by, Instant since) {

    /** As one names it to resume it, but for a requirement's quotes. */
    public String what() {
        return kind.equals("requirement") ? name : kind + " " + name;
    }
}
