package dev.coil.worker.program;

import dev.coil.protocol.graph.parse.Quantity;
import dev.coil.worker.health.Hours;
import dev.coil.worker.host.TaskUser;
import dev.coil.worker.runner.Limits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a worker puts up with from each task. */
public final class LimitOptions {

    private static final int MOST_CPUS = 9999;
    private static final BigDecimal MOST = BigDecimal.valueOf(1L << 60);

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            description = "How much disk a task may use that does not say it, as 500MB or 10GiB (default: 20GiB).")
    private String disk = "20GiB";

    @Option(
            names = "--caches",
            paramLabel = "SIZE",
            description = "How much is kept of what tasks leave for later ones, 0 for nothing (default: 10GiB).")
    private String caches = "10GiB";

    @Option(
            names = "--log",
            paramLabel = "SIZE",
            description = {
                "How much is kept of what a task prints (default: 64MiB).",
                "Of more, the beginning and the end are kept."
            })
    private String log = "64MiB";

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = {
                "How much memory the tasks get, all at once and each that does not say it, as 4GiB",
                "(default: the machine's, and no limit for one that does not say it)."
            })
    private @Nullable String memory;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = {
                "On how many of the processors that the worker may use the tasks run, all at once (default: on all).",
                "By taskset on Linux, cpuset on FreeBSD; where there is neither, the worker does not start."
            })
    private @Nullable Integer cpus;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = {
                "No task runs for longer here, as 30m or 6h, whatever its graph says (default: that alone counts).",
                "One that does is killed and tried on another machine."
            })
    private @Nullable String longest;

    @Option(
            names = "--sandbox",
            description = {
                "Shut tasks in, by bubblewrap: of the machine's files they can write none but their workspace's,",
                "and not read the worker's own."
            })
    private boolean sandbox;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "Of a worker that root starts: tasks run as this user of the machine.")
    private @Nullable String user;

    @Option(
            names = "--hours",
            paramLabel = "FROM-TO",
            description = {
                "Take tasks at these times of the day only, as 22:00-06:00; as often as needed.",
                "What runs at their end goes on."
            })
    private List<String> hours = new ArrayList<>();

    /** @throws IllegalArgumentException with the option that cannot be */
    public Limits limits() {
        return new Limits(
                bytes("--log", log),
                bytes("--disk", disk),
                memory == null ? null : bytes("--memory", memory),
                cpus(),
                longest(),
                user(),
                sandbox,
                caches.equals("0") ? 0 : bytes("--caches", caches),
                Hours.of(hours));
    }

    private @Nullable String user() {
        if (user != null && !TaskUser.isName(user)) {
            throw new IllegalArgumentException("--user is '" + user + "': expected the name of a user of this machine");
        }
        return user;
    }

    private @Nullable Integer cpus() {
        if (cpus != null && (cpus < 1 || cpus > MOST_CPUS)) {
            throw new IllegalArgumentException("--cpus is '" + cpus + "': expected 1 to " + MOST_CPUS);
        }
        return cpus;
    }

    private @Nullable Duration longest() {
        var time = longest == null ? null : Times.parse("--timeout", longest);
        if (time != null && time.isZero()) {
            throw new IllegalArgumentException("--timeout is '" + longest + "': expected more than nothing");
        }
        return time;
    }

    private static long bytes(String option, String size) {
        var bytes = Quantity.parse(size);
        if (bytes == null || bytes.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(option + " is '" + size + "': expected a size such as 500MB or 10GiB");
        }
        return bytes.longValue();
    }
}
