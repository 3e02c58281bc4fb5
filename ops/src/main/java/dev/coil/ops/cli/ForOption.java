package dev.coil.ops.cli;

import dev.coil.worker.program.Times;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For how long something is paused. */
final class ForOption {

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "For how long, as 30m or 12h (default: until it is resumed).")
    private @Nullable String text;

    /** {@code null} for until it is resumed. */
    @Nullable
    Duration duration() {
        try {
            var duration = text == null ? null : Times.parse("--for", text);
            if (duration != null && duration.isZero()) {
                throw CommandFailed.usage("--for is '" + text + "': expected more than nothing");
            }
            return duration;
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage());
        }
    }

    /** What to add to a sentence. */
    String spoken() {
        return text == null ? "" : " for " + text;
    }
}
