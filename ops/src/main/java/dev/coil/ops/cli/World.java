package dev.coil.ops.cli;

import dev.coil.ops.files.Temporary;
import dev.coil.ops.progress.Style;
import dev.coil.worker.program.Home;
import dev.coil.worker.program.Interrupts;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What surrounds the program.
 *
 * @param environment the environment variables
 * @param directory where the user is
 * @param out for results
 * @param err for progress and messages
 * @param terminal whether {@code err} is a terminal
 * @param interrupts signals from the user
 */
record World(
        Map<String, String> environment,
        Path directory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        Interrupts interrupts) {

    /** The process's own. Text is UTF-8 whatever the locale says: names and JSON must come out as they are. */
    static World ofProcess() {
        var err = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.err), 1 << 13),
                true,
                StandardCharsets.UTF_8);
        var interrupts = Interrupts.ofProcess();
        interrupts.onLeave(Temporary::closeAll);
        return new World(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                System.in,
                StandardOutput.ofProcess(),
                err,
                isTerminal(),
                interrupts);
    }

    /** {@code $COIL_HOME}, where everything of the local node lies. */
    Path home() {
        return Home.of(environment, directory);
    }

    /** An environment variable; empty if it is not set. */
    String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Whether lines may be painted over: on a terminal that can, for a user who wants it. */
    boolean paints() {
        return terminal && variable("NO_COLOR").isEmpty() && !variable("TERM").equals("dumb");
    }

    Style style() {
        return paints() ? new Style(true, isUnicode()) : Style.PLAIN;
    }

    private boolean isUnicode() {
        for (var name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            var locale = variable(name);
            if (!locale.isEmpty()) {
                return locale.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8");
            }
        }
        return false;
    }

    /** Java tells only of input and output together; the system tells of each. */
    private static boolean isTerminal() {
        var stderr = Path.of("/proc/self/fd/2");
        try {
            if (Files.isSymbolicLink(stderr)) {
                var target = Files.readSymbolicLink(stderr).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            }
            return new ProcessBuilder("test", "-t", "2").inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
