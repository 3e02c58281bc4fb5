package dev.coil.ops.cli;

import dev.coil.ops.checkout.GraphText;
import dev.coil.ops.checkout.Wanted;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.NodeUnreachable;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.client.RunSummary;
import dev.coil.ops.client.Submitted;
import dev.coil.ops.client.Task;
import dev.coil.ops.node.ServerDeath;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = {
            "Run the task graph of a repository and wait for its end.",
            "Runs on the local node if one is running, else on a private one that ends with the run."
        })
final class RunCommand extends Verb {

    /** A machine that needs longer to start a node says that it does. */
    private static final long SILENT_SECONDS = 3;

    private static final long CANCEL_SECONDS = 15;
    private static final long LAST_CANCEL_SECONDS = 3;

    @Parameters(
            paramLabel = "[PATH] [TASK...]",
            hideParamSyntax = true,
            description = {
                "A directory: a git repository or a part of one, whose HEAD is run; or plain files (default: here).",
                "Then the names or globs of the tasks to run, with what they need (default: all)."
            })
    private List<String> arguments = new ArrayList<>();

    @Option(names = "-f", paramLabel = "FILE", description = "The graph file to use; - for standard input.")
    private @Nullable String file;

    @Option(names = "--dirty", description = "Include uncommitted changes and untracked files.")
    private boolean dirty;

    @Option(names = "--keep", description = "Keep the private node's data and logs, and say where.")
    private boolean keep;

    @Option(
            names = "--label",
            paramLabel = "L",
            description = "A label of the private node's worker; as often as needed.")
    private Set<String> labels = new LinkedHashSet<>();

    @Option(names = "--strict", description = "End with an error if no worker could take some task.")
    private boolean strict;

    @Option(names = "--json-lines", description = "Print events as they come, a JSON object a line.")
    private boolean jsonLines;

    /** From here on the run may exist, so that an interrupt has to cancel it. */
    private volatile boolean sending;

    private final CompletableFuture<RunSummary> made = new CompletableFuture<>();
    private volatile @Nullable Follower following;

    private final AtomicBoolean cancelled = new AtomicBoolean();

    RunCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var output = Follower.Output.of(json, jsonLines);
        var target = Target.of(arguments, world.directory());
        var graph = file == null ? null : GraphFiles.read(world, file);
        var running = Nodes.running(world).orElse(null);
        if (running != null) {
            requireNoLabels(running);
            world.interrupts().listen(this::leaveUnlessSending);
            try (var submission = plan(target, graph)) {
                seal(submission);
                return runOn(running, submission, null, output);
            }
        }
        CompletableFuture.delayedExecutor(SILENT_SECONDS, TimeUnit.SECONDS).execute(() -> {
            if (!sending && world.interrupts().code() == 0) {
                note("starting a private node ('coil up' keeps one running)");
            }
        });
        // It boots while the repository is looked at, which takes a while as well.
        try (var node = PrivateNode.boot(world.home(), labels, keep);
                var farewell = world.interrupts().onLeave(node::abandon)) {
            ServerDeath.listen(node.home(), node::keptLog, this::leave);
            world.interrupts().listen(this::leaveUnlessSending);
            try (var submission = plan(target, graph)) {
                seal(submission);
                return runOn(new NodeClient(node.url()), submission, node, output);
            }
        }
    }

    private void requireNoLabels(NodeClient running) {
        if (!labels.isEmpty()) {
            throw CommandFailed.usage("the node at " + running.node()
                    + " is running, and --label is for a private one: labels are given to workers when they start, with"
                    + " 'coil up --label L' or 'coil worker run --label L'");
        }
    }

    private void leaveUnlessSending(int code) {
        if (!sending) {
            world.interrupts().leave(code);
        }
    }

    /** The private node cannot go on. */
    private void leave(String message) {
        if (!world.interrupts().isLeaving()) {
            var display = following;
            if (display != null) {
                display.stop();
            }
            note(message);
            world.interrupts().leave(ExitCodes.ERROR);
        }
    }

    private Submission plan(Target target, @Nullable GraphText graph) {
        return Submission.plan(new Wanted(target.path(), null, dirty, graph), "manual", target.tasks());
    }

    private void seal(Submission submission) {
        submission.notices().forEach(this::warn);
        submission.seal().forEach(this::warn);
    }

    private int runOn(NodeClient node, Submission submission, @Nullable PrivateNode own, Follower.Output output) {
        sending = true;
        try (var farewell = world.interrupts().onLeave(() -> cancelAtLast(node, own))) {
            var submitted = submission.send(node, own != null, new UploadProgress(world));
            return follow(node, submitted, own, output);
        } finally {
            made.cancel(false);
        }
    }

    private int follow(NodeClient node, Submitted submitted, @Nullable PrivateNode own, Follower.Output output) {
        var run = node.run(submitted).summary();
        var follower = new Follower(world, node, run, output, strict);
        following = follower;
        made.complete(run);
        announce(follower, node, submitted, own);
        var deadline = Executors.newSingleThreadScheduledExecutor(RunCommand::daemon);
        world.interrupts().listen(code -> cancel(node, run, follower, deadline, code));
        try {
            if (world.interrupts().code() != 0) {
                cancel(node, run, follower, deadline, world.interrupts().code());
            }
            var finished = follower.follow();
            int code = follower.conclude(finished, broken -> hint(node, run, broken, own));
            return world.interrupts().code() == 0 ? code : world.interrupts().code();
        } finally {
            world.interrupts().listen(null);
            deadline.shutdownNow();
        }
    }

    private void announce(Follower follower, NodeClient node, Submitted submitted, @Nullable PrivateNode own) {
        follower.note(submitted.name() + ": " + submitted.tasks() + (submitted.tasks() == 1 ? " task" : " tasks")
                + (own == null ? " on the node at " : " on a private node, ") + node.node());
        if (own != null && own.isKept()) {
            follower.note("its data is kept: COIL_HOME=" + own.home() + " coil up");
        }
    }

    private @Nullable String hint(NodeClient node, RunSummary run, List<Task> broken, @Nullable PrivateNode own) {
        if (own == null) {
            return WatchCommand.wholeLog(run, broken);
        }
        return own.isKept()
                ? null
                : new FailedLogs(world.home(), node).keep(run, broken, LocalDateTime.now(ZoneId.systemDefault()));
    }

    /** Also the run of one who is in a hurry must not go on, not even if it is just being made. */
    private void cancelAtLast(NodeClient node, @Nullable PrivateNode own) throws Exception {
        if (own == null) {
            node.cancel(made.get(LAST_CANCEL_SECONDS, TimeUnit.SECONDS), null, "interrupted");
        }
    }

    private void cancel(
            NodeClient node, RunSummary run, Follower follower, ScheduledExecutorService deadline, int code) {
        if (cancelled.getAndSet(true)) {
            return;
        }
        follower.note("cancelling " + run.name() + " (once more leaves at once)");
        deadline.schedule(() -> world.interrupts().leave(code), CANCEL_SECONDS, TimeUnit.SECONDS);
        try {
            node.cancel(run, null, "interrupted");
        } catch (RequestRefused e) {
            // It has finished meanwhile: the follower notices.
            follower.note(e.getMessage());
        } catch (NodeUnreachable e) {
            follower.note(e.getMessage());
            world.interrupts().leave(code);
        }
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "deadline");
        thread.setDaemon(true);
        return thread;
    }
}
