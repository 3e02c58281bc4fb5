package dev.coil.ops.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long it takes from one task to the one that needs it. */
@Command(
        name = "chain",
        description =
                "Milliseconds from a task to the next in a chain, beside a record that Kafka alone sends and reads back.")
final class ChainCommand implements Callable<Integer> {

    @Mixin
    HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--hops",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many tasks the chain has (default: ${DEFAULT-VALUE}).")
    private int hops;

    @Override
    public Integer call() throws Exception {
        options.check(spec, "--hops", hops);
        try (var cluster = BenchCluster.start(options.checkpoints());
                var raw = new RawKafka(cluster.kafka());
                var runs = new Runs(cluster.kafka())) {
            cluster.startWorker(options.slots);
            var whole = Repetitions.of(options.warmUps, options.reps, () -> {
                long from = System.nanoTime();
                return (runs.submit(hops, Runs.chain()).awaitFinished() - from) / 1e6 / hops;
            });
            var records = Repetitions.of(options.warmUps, options.reps, () -> raw.millisPerHop(hops));

            var document = BenchOptions.document()
                    .put("hops", hops)
                    .put("msPerHop", BenchOptions.rounded(whole.warm()))
                    .put("coldMsPerHop", BenchOptions.rounded(whole.cold()))
                    .put("rawHopMs", BenchOptions.rounded(records.warm()))
                    .put("ratio", BenchOptions.rounded(whole.warm() / records.warm()));
            var repetitions = document.putArray("repetitions");
            whole.all().forEach(each -> repetitions.add(BenchOptions.rounded(each)));
            options.print(spec.commandLine().getOut(), document);
        }
        return 0;
    }
}
