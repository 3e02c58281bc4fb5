package dev.coil.worker.execute;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a script gets a session, and with it a process group, of its own on this machine.
 *
 * @param prefix of the command line
 * @param own whether the process that is started leads a session; if not, only its descendants can be found
 */
record Sessions(List<String> prefix, boolean own) {

    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    private static final Path STATUS = Path.of("/proc/self/status");

    /** The bits of signals 1 to 15. */
    private static final long USUAL_SIGNALS = 0x7fff;

    private static final List<List<String>> WAYS = List.of(
            List.of("setsid"),
            List.of("perl", "-e", "use POSIX; POSIX::setsid() > 0 or die; exec { $ARGV[0] } @ARGV or exit 127"));

    /** Tries what there is. Costs a few processes, so once a worker. */
    static Sessions detect() {
        var signals = ignoresSignals() ? defaultSignals() : List.<String>of();
        for (var way : WAYS) {
            if (works(way)) {
                return new Sessions(joined(signals, way), true);
            }
        }
        log.warn("neither setsid nor perl can start a session here:"
                + " processes that leave a task's process tree may outlive it");
        return new Sessions(signals, false);
    }

    /** What a worker ignores that a shell started in the background, or with nohup, its tasks would ignore too. */
    private static boolean ignoresSignals() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & USUAL_SIGNALS) != 0);
        } catch (IOException notHere) {
            return false;
        }
    }

    private static List<String> defaultSignals() {
        var env = List.of("env", "--default-signal");
        if (works(env)) {
            return env;
        }
        log.warn(
                "signals such as SIGINT are ignored here, and so they will be in tasks: env knows no --default-signal");
        return List.of();
    }

    /** The program must not fork: the process that we know has to be the session's leader. */
    private static boolean works(List<String> way) {
        try {
            var process = new ProcessBuilder(joined(way, List.of("sh", "-c", "echo $$")))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            var said = new String(process.getInputStream().readAllBytes(), US_ASCII).strip();
            return process.waitFor(10, TimeUnit.SECONDS)
                    && process.exitValue() == 0
                    && said.equals(Long.toString(process.pid()));
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    List<String> command(List<String> command) {
        return joined(prefix, command);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
