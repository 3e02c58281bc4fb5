package dev.coil.ops.cli;

import dev.coil.scheduler.owner.Retention;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which finished runs a node keeps. */
final class RetentionOptions {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smhd])");

    @Option(
            names = "--keep-runs",
            paramLabel = "N",
            description = {
                "Keep the newest N runs of each project, or 'all', and forget older ones when they have finished.",
                "Default: 1000, and all of the last 90 days."
            })
    private @Nullable String runs;

    @Option(
            names = "--keep-for",
            paramLabel = "TIME",
            description = {
                "Keep finished runs for so long, as 12h or 90d.",
                "With --keep-runs, a run is kept if either keeps it."
            })
    private @Nullable String age;

    /** @throws IllegalArgumentException with the option that cannot be */
    Retention retention() {
        if (runs == null && age == null) {
            return Retention.STANDARD;
        }
        return new Retention(runs == null ? 0 : runs(runs), age == null ? Duration.ZERO : age(age));
    }

    private static int runs(String text) {
        if (text.equals("all")) {
            return Retention.ALL;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException("--keep-runs is '" + text + "': expected a number, or all");
        }
        return Integer.parseInt(text);
    }

    private static Duration age(String text) {
        var time = TIME.matcher(text);
        if (!time.matches()) {
            throw new IllegalArgumentException("--keep-for is '" + text + "': expected a time such as 12h or 90d");
        }
        long amount = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
