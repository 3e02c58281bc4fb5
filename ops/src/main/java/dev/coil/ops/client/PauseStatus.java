package dev.coil.ops.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that is not started for now.
 *
 * @param kind {@code requirement}, {@code project} or {@code worker}
 * @param until when it ends by itself; {@code null} for never
 * @param quarantine whether a worker is not trusted
 */
public record PauseStatus(
        String kind,
        String name,
        String reason,
        String by,
        Instant since,
        @Nullable Instant until,
        boolean quarantine) {

    /** What was done to a worker, by whom and why: {@code drained by ann: new disk}. */
    public String deed() {
        return (quarantine ? "quarantined by " : "drained by ") + by + (reason.isEmpty() ? "" : ": " + reason);
    }

    /** As one names it to resume it, but for a requirement's quotes. */
    public String what() {
        return kind.equals("requirement") ? name : kind + " " + name;
    }
}
