package dev.coil.worker.execute;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

    private static final List<List<String>> WAYS = List.of(
            List.of("setsid"),
            List.of("perl", "-e", "use POSIX; POSIX::setsid() > 0 or die; exec { $ARGV[0] } @ARGV or exit 127"));

    /** Tries what there is. Costs a few processes, so once a worker. */
    static Sessions detect() {
        for (var way : WAYS) {
            if (works(way)) {
                return new Sessions(way, true);
            }
        }
        log.warn("neither setsid nor perl can start a session here:"
                + " processes that leave a task's process tree may outlive it");
        return new Sessions(List.of(), false);
    }

    /** The program must not fork: the process that we know has to be the session's leader. */
    private static boolean works(List<String> way) {
        var command = new ArrayList<>(way);
        command.addAll(List.of("sh", "-c", "echo $$"));
        try {
            var process = new ProcessBuilder(command)
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
        var whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }
}
