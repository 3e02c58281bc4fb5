package dev.coil.ops.cli;

import dev.coil.ops.checkout.GitFailed;
import dev.coil.ops.checkout.NoCheckout;
import dev.coil.ops.client.NodeUnreachable;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.node.NodeStartException;
import dev.coil.protocol.graph.GraphException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Tells the user of what went wrong, in a sentence, and gives the exit code. */
final class Failures {

    private static final String TOO_LITTLE_MEMORY = "the "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB of memory that Java may use here are too few for this; give it more with COIL_JAVA_OPTS=-Xmx4g";

    private static final String TOO_FEW_THREADS = "this user may not start as many threads as this needs:"
            + " raise the limit of processes (ulimit -u, nproc in /etc/security/limits.conf, pids of the container)";

    private Failures() {}

    static int report(World world, Throwable failure) {
        if (failure instanceof GitFailed git && git.isKilled()) {
            // Ctrl-C goes to git as well, which may be quicker to end than this process to hear of it.
            world.interrupts().awaitSignal();
        }
        if (world.interrupts().code() != 0) {
            // Whatever it was, the user wanted an end.
            return world.interrupts().code();
        }
        if (failure instanceof CommandFailed failed) {
            return say(world, failed.exitCode(), failed.getMessage());
        }
        if (failure instanceof GraphException graph) {
            graph.notes().forEach(note -> say(world, 0, "warning: " + note));
            graph.problems().forEach(world.err()::println);
            graph.moreAdvice().ifPresent(advice -> say(world, 0, advice));
            return ExitCodes.USAGE;
        }
        if (failure instanceof NoCheckout) {
            return say(world, ExitCodes.USAGE, failure.getMessage());
        }
        if (failure instanceof GitFailed || failure instanceof NodeStartException) {
            return say(world, ExitCodes.ERROR, failure.getMessage());
        }
        if (failure instanceof RequestRefused refused) {
            if (refused.problems().isEmpty()) {
                say(world, 0, refused.getMessage());
            } else {
                refused.problems().forEach(world.err()::println);
            }
            return ExitCodes.ofStatus(refused.status());
        }
        if (failure instanceof NodeUnreachable) {
            return say(world, ExitCodes.ERROR, failure.getMessage() + "; " + adviceOnNode(world));
        }
        if (isForWantOfThreads(failure)) {
            return say(world, ExitCodes.ERROR, TOO_FEW_THREADS);
        }
        if (failure instanceof OutOfMemoryError) {
            return say(world, ExitCodes.ERROR, TOO_LITTLE_MEMORY);
        }
        return say(world, ExitCodes.ERROR, "internal error: " + failure + "; " + keep(world, failure));
    }

    private static boolean isForWantOfThreads(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError
                    && String.valueOf(cause.getMessage()).contains("native thread")) {
                return true;
            }
        }
        return false;
    }

    private static int say(World world, int code, String message) {
        world.err().println("coil: " + message);
        return code;
    }

    private static String adviceOnNode(World world) {
        var advice = world.variable("COIL_URL").isEmpty()
                ? "'coil up' starts one"
                : "$COIL_URL points there; 'coil up' starts a node on this machine";
        var failed = world.home().resolve("logs/failed");
        return Files.isDirectory(failed)
                ? advice + "; what failed in a 'coil run' without a node has its log in " + failed
                : advice;
    }

    /** Writes the trace where it can be asked for, and says where. */
    private static String keep(World world, Throwable failure) {
        var time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).format(LocalDateTime.now());
        var file = world.home()
                .resolve("logs/failure-" + time + '-' + ProcessHandle.current().pid() + ".log");
        try {
            Files.createDirectories(file.getParent());
            try (var out = new PrintWriter(Files.newBufferedWriter(file))) {
                failure.printStackTrace(out);
            }
            return "the details are in " + file;
        } catch (IOException e) {
            return "its details could not be written to " + file + ": " + e.getMessage();
        }
    }
}
