package dev.coil.ops.bench;

import dev.coil.protocol.graph.Priority;
import dev.coil.scheduler.owner.CheckpointPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long a task of high priority, and one of another project, wait behind a backlog, beside what they wait without one. */
@Command(
        name = "backlog",
        description = "Milliseconds until a task of high priority, and one of another project, start:"
                + " on idle workers, and behind a backlog.")
final class BacklogCommand implements Callable<Integer> {

    @Mixin
    HelpOption help = new HelpOption();

    private static final int MOST_OF_A_RUN = 200_000;
    private static final long PATIENCE_SECONDS = 900;
    private static final long LOOK_MILLIS = 50;
    private static final String URGENT = "urgent";
    private static final String OTHER = "other";

    @Spec
    private CommandSpec spec;

    @Mixin
    private TimedTasks timed;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "200000",
            description = "How many tasks the backlog has, in runs of at most 200,000 (default: ${DEFAULT-VALUE}).")
    private int tasks;

    @Option(
            names = "--probes",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "How many tasks are submitted one after the other; the median counts (default: ${DEFAULT-VALUE}).")
    private int probes;

    private final Starts starts = new Starts();

    @Override
    public Integer call() throws Exception {
        timed.check(spec, "--tasks", tasks, 1);
        timed.check(spec, "--probes", probes, 1);
        try (var cluster = BenchCluster.start(CheckpointPolicy.STANDARD);
                var runs = new Runs(cluster.kafka(), starts::add)) {
            for (int worker = 0; worker < timed.workers; worker++) {
                cluster.startWorker(timed.slots, Duration.ofMillis(timed.millis));
            }
            wait(runs, "warm-up", Priority.HIGH);
            var idle = wait(runs, URGENT, Priority.HIGH);
            var backlog = new ArrayList<Runs.Run>();
            for (int left = tasks; left > 0; left -= MOST_OF_A_RUN) {
                backlog.add(runs.submit(Math.min(left, MOST_OF_A_RUN), Runs.independent()));
            }
            backlog.forEach(Runs.Run::awaitCreated);
            var early = wait(runs, URGENT, Priority.HIGH);
            awaitReady(runs);
            var urgent = wait(runs, URGENT, Priority.HIGH);
            var other = wait(runs, OTHER, Priority.NORMAL);
            report(idle, early, urgent, other, tasks - starts.count(Runs.PROJECT));
        }
        return 0;
    }

    /** From the submission of a task to its start, once for each probe, in milliseconds. */
    private List<Double> wait(Runs runs, String project, Priority priority) throws Exception {
        var waits = new ArrayList<Double>();
        for (int probe = 0; probe < probes; probe++) {
            int before = starts.count(project);
            long from = System.nanoTime();
            var run = runs.submit(project, 1, Runs.of(priority));
            waits.add((starts.await(project, before + 1, PATIENCE_SECONDS) - from) / 1e6);
            run.awaitFinished();
        }
        return waits;
    }

    /** The scheduler releases the tasks of a large run step by step, between other commands. */
    private void awaitReady(Runs runs) throws InterruptedException {
        long all = tasks + 3L * probes;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (runs.ready() < all && System.nanoTime() < end) {
            Thread.sleep(LOOK_MILLIS);
        }
        if (runs.ready() < all) {
            throw new IllegalStateException(runs.ready() + " of " + all + " tasks became ready in " + PATIENCE_SECONDS
                    + " s: try a smaller backlog");
        }
    }

    private void report(List<Double> idle, List<Double> early, List<Double> urgent, List<Double> other, int left) {
        double alone = Repetitions.median(idle);
        var document = BenchOptions.document()
                .put("backlog", tasks)
                .put("leftAtTheEnd", left)
                .put("slots", timed.workers * timed.slots)
                .put("taskMillis", timed.millis)
                .put("idleMs", BenchOptions.rounded(alone))
                .put("highWhileReleasedMs", BenchOptions.rounded(Repetitions.median(early)))
                .put("highMs", BenchOptions.rounded(Repetitions.median(urgent)))
                .put("highMostMs", BenchOptions.rounded(most(urgent)))
                .put("highRatio", BenchOptions.rounded(Repetitions.median(urgent) / alone))
                .put("otherProjectMs", BenchOptions.rounded(Repetitions.median(other)))
                .put("otherProjectMostMs", BenchOptions.rounded(most(other)))
                .put("otherProjectRatio", BenchOptions.rounded(Repetitions.median(other) / alone));
        if (timed.json) {
            timed.print(spec.commandLine().getOut(), document);
        } else {
            var out = spec.commandLine().getOut();
            document.properties()
                    .forEach(field -> out.printf(
                            Locale.ROOT,
                            "%-28s %,14.3f%n",
                            field.getKey(),
                            field.getValue().doubleValue()));
            out.flush();
        }
    }

    private static double most(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
