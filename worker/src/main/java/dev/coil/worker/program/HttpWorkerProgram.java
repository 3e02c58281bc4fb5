package dev.coil.worker.program;

import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.HttpWorker;
import dev.coil.worker.HttpWorkerConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code java -jar coil-worker.jar}: the same as {@code coil worker run --url}, and nothing besides. It logs to standard error. */
@Command(
        name = "coil-worker",
        sortOptions = false,
        description = {
            "Run a worker that claims over HTTP, until it is told to stop.",
            "Ctrl-C and SIGTERM let it end what it runs and take nothing new; a second one stops it at once."
        })
public final class HttpWorkerProgram implements Callable<Integer>, WorkerRun.Voice {

    private static final int USAGE = 2;
    private static final int ERROR = 3;

    private final PrintStream err;
    private final Interrupts interrupts;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Option(names = "--url", paramLabel = "URL", description = "The node's URL (default: $COIL_URL).")
    private @Nullable URI url;

    @Mixin
    private WorkerOptions options = new WorkerOptions();

    private HttpWorkerProgram(PrintStream err, Interrupts interrupts) {
        this.err = err;
        this.interrupts = interrupts;
    }

    /** Runs it, and ends the process with its exit code: as {@code coil} has them. */
    public static void main(String[] arguments) {
        // Names are to come out as they are, whatever the locale says.
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        var interrupts = Interrupts.ofProcess();
        int code = new CommandLine(new HttpWorkerProgram(err, interrupts))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setOverwrittenOptionsAllowed(false)
                .setParameterExceptionHandler((e, unparsed) -> say(err, USAGE, e.getMessage() + "; see --help"))
                .setExecutionExceptionHandler((e, command, parsed) -> say(err, ERROR, "internal error: " + e))
                .execute(arguments);
        interrupts.awaitFarewell();
        System.exit(code);
    }

    @Override
    public Integer call() throws InterruptedException {
        HttpWorkerConfig config;
        try {
            config = config();
            trust(config.node());
        } catch (IllegalArgumentException e) {
            return say(err, USAGE, e.getMessage());
        }
        var reached = "the node at " + config.node();
        try {
            var shutOut = new WorkerRun(new HttpWorker(config), reached, config.directory(), interrupts, this).call();
            return shutOut.isPresent()
                    ? say(err, ERROR, "stopped, and what ran was killed: " + shutOut.get())
                    : (Integer) interrupts.code();
        } catch (IOException e) {
            return say(err, ERROR, "the worker cannot go on: " + Reason.of(e));
        }
    }

    private static void trust(URI node) {
        var own = variable("COIL_CA");
        if (own.isEmpty() && node.getScheme().equals("http")) {
            Authority.trustNobody();
        } else {
            Authority.trust(own);
        }
    }

    private HttpWorkerConfig config() {
        var node = url == null ? variable("COIL_URL") : url.toString();
        if (node.isEmpty()) {
            throw new IllegalArgumentException("no node: give --url URL, or set COIL_URL");
        }
        var here = Path.of("").toAbsolutePath();
        return options.overHttp(
                URI.create(node), options.directory(here, Home.of(System.getenv(), here)), variable("COIL_TOKEN"));
    }

    private static String variable(String name) {
        return System.getenv().getOrDefault(name, "");
    }

    private static int say(PrintStream err, int code, String sentence) {
        err.println("coil: " + sentence);
        return code;
    }

    @Override
    public void note(String sentence) {
        say(err, 0, sentence);
    }

    @Override
    public void warn(String sentence) {
        note("warning: " + sentence);
    }

    @Override
    public void ready(WorkerInfo worker) {
        // The next sentence says so.
    }
}
