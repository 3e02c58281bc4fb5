package dev.coil.ops.cli;

import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.scheduler.owner.Retention;
import dev.coil.worker.program.Times;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which finished runs a node keeps. */
final class RetentionOptions {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    @Option(
            names = "--keep-runs",
            paramLabel = "N",
            description = {
                "Keep the newest N runs of each project, or 'all', and forget older ones when they have finished.",
                "If neither this nor --keep-for is given: 1000, and all of the last 90 days, but at most 365 days."
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

    @Option(
            names = "--keep-at-most",
            paramLabel = "TIME",
            description = "Forget finished runs after so long, even if --keep-runs would keep them.")
    private @Nullable String most;

    @Option(
            names = "--keep-artifacts",
            paramLabel = "N",
            description = {
                "Keep the artifacts of the newest N runs of each project, or 'all', while these runs are kept.",
                "Where a graph says when an artifact expires, that counts instead.",
                "If neither this nor --keep-artifacts-for is given: all."
            })
    private @Nullable String artifacts;

    @Option(
            names = "--keep-artifacts-for",
            paramLabel = "TIME",
            description = {
                "Keep the artifacts of finished runs for so long, as 12h or 30d.",
                "With --keep-artifacts, one is kept if either keeps it."
            })
    private @Nullable String artifactAge;

    /** @throws IllegalArgumentException with the option that cannot be */
    ArtifactRetention artifacts() {
        if (artifacts == null && artifactAge == null) {
            return ArtifactRetention.STANDARD;
        }
        return new ArtifactRetention(
                artifacts == null ? 0 : runs("--keep-artifacts", artifacts),
                artifactAge == null ? Duration.ZERO : Times.parse("--keep-artifacts-for", artifactAge));
    }

    /** @throws IllegalArgumentException with the option that cannot be */
    Retention retention() {
        var greatest = most == null ? null : Times.parse("--keep-at-most", most);
        if (runs == null && age == null) {
            return greatest == null ? Retention.STANDARD : new Retention(Retention.ALL, Duration.ZERO, greatest);
        }
        return new Retention(
                runs == null ? 0 : runs("--keep-runs", runs),
                age == null ? Duration.ZERO : Times.parse("--keep-for", age),
                greatest);
    }

    private static int runs(String option, String text) {
        if (text.equals("all")) {
            return Retention.ALL;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException(option + " is '" + text + "': expected a number, or all");
        }
        return Integer.parseInt(text);
    }
}
