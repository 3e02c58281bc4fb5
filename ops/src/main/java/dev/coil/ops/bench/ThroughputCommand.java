package dev.coil.ops.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How many tasks that do not depend on each other make the whole way in a second. */
@Command(
        name = "throughput",
        description = "Tasks a second, beside records that Kafka alone sends and reads back in the same process.")
final class ThroughputCommand implements Callable<Integer> {

    @Mixin
    HelpOption help = new HelpOption();

    private static final int RAW_RECORDS_PER_TASK = 5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "50000",
            description = "How many tasks a run has (default: ${DEFAULT-VALUE}).")
    private int tasks;

    @Override
    public Integer call() throws Exception {
        options.check(spec, "--tasks", tasks);
        try (var cluster = BenchCluster.start(options.checkpoints());
                var raw = new RawKafka(cluster.kafka());
                var runs = new Runs(cluster.kafka())) {
            cluster.startWorker(options.slots);
            var whole = Repetitions.of(options.warmUps, options.reps, () -> {
                long from = System.nanoTime();
                return tasks / ((runs.submit(tasks, Runs.independent()).awaitFinished() - from) / 1e9);
            });
            var records = Repetitions.of(
                    options.warmUps, options.reps, () -> raw.roundTripsPerSecond(tasks * RAW_RECORDS_PER_TASK));

            var document = BenchOptions.document()
                    .put("tasks", tasks)
                    .put("tasksPerSecond", Math.round(whole.warm()))
                    .put("coldTasksPerSecond", Math.round(whole.cold()))
                    .put("rawRoundTripPerSecond", Math.round(records.warm()))
                    .put("ratio", BenchOptions.rounded(whole.warm() / records.warm()));
            var repetitions = document.putArray("repetitions");
            whole.all().forEach(each -> repetitions.add(Math.round(each)));
            options.print(spec.commandLine().getOut(), document);
        }
        return 0;
    }
}
