package dev.coil.ops.bench;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How much the scheduler's store takes in for one task's way from ready to done, in graphs of several sizes. */
@Command(
        name = "store",
        description = "Bytes written to the scheduler's store for each result, by the size of the graph.")
final class StoreCommand implements Callable<Integer> {

    @Mixin
    HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--sizes",
            paramLabel = "N",
            split = ",",
            defaultValue = "100,100000",
            description = "How many tasks the graphs have (default: ${DEFAULT-VALUE}).")
    private List<Integer> sizes;

    @Override
    public Integer call() throws Exception {
        var document = BenchOptions.document();
        for (int size : sizes) {
            options.check(spec, "--sizes", size);
            document.put("bytesPerResultOf" + size, Math.round(bytesPerResult(size)));
        }
        options.print(spec.commandLine().getOut(), document);
        return 0;
    }

    /** The worker comes when everything that a submission writes has been written. */
    private double bytesPerResult(int size) throws Exception {
        try (var cluster = BenchCluster.start(options.checkpoints());
                var runs = new Runs(cluster.kafka())) {
            var run = runs.submit(size, Runs.independent());
            run.awaitCreated();
            long submitted = settledBytes(cluster);
            cluster.startWorker(options.slots);
            run.awaitFinished();
            return (double) (settledBytes(cluster) - submitted) / size;
        }
    }

    /** The event of a change is seen before its bytes are counted, and the scheduler goes on with the rest of a large graph. */
    private static long settledBytes(BenchCluster cluster) throws InterruptedException {
        long last = -1;
        long now = cluster.scheduler().storeBytesWritten();
        while (now != last) {
            Thread.sleep(1_000);
            last = now;
            now = cluster.scheduler().storeBytesWritten();
        }
        return now;
    }
}
