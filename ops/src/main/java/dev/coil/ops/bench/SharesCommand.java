package dev.coil.ops.bench;

import dev.coil.protocol.graph.Priority;
import dev.coil.scheduler.owner.CheckpointPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Who gets how much, over time, while one project floods: projects that come later, and tasks of high and low priority. */
@Command(
        name = "shares",
        description = "Tasks started in each tenth of a run, by project and priority, while one project floods.")
final class SharesCommand implements Callable<Integer> {

    @Mixin
    HelpOption help = new HelpOption();

    private static final int PARTS = 20;
    private static final long PATIENCE_SECONDS = 600;

    /** What is submitted: when so many tenths of the flood are over, and how many for each hundred of it. */
    private record Party(String project, Priority priority, int tenth, int percent) {
        int tasks(int flood) {
            return Math.max(1, flood / 100 * percent);
        }

        String title() {
            return project
                    + (priority == Priority.NORMAL ? "" : " (" + priority.name().toLowerCase(Locale.ROOT) + ")");
        }
    }

    private static final String FLOOD = "flood";

    private static final List<Party> PARTIES = List.of(
            new Party(FLOOD, Priority.NORMAL, 0, 100),
            new Party("idle", Priority.LOW, 0, 5),
            new Party("second", Priority.NORMAL, 2, 20),
            new Party("third", Priority.NORMAL, 3, 10),
            new Party("urgent", Priority.HIGH, 7, 5));

    @Spec
    private CommandSpec spec;

    @Mixin
    private TimedTasks timed;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many tasks the flood has (default: ${DEFAULT-VALUE}).")
    private int tasks;

    private final Starts starts = new Starts();

    @Override
    public Integer call() throws Exception {
        timed.check(spec, "--tasks", tasks, 100);
        try (var cluster = BenchCluster.start(CheckpointPolicy.STANDARD);
                var runs = new Runs(cluster.kafka(), starts::add)) {
            for (int worker = 0; worker < timed.workers; worker++) {
                cluster.startWorker(timed.slots, Duration.ofMillis(timed.millis));
            }
            long from = System.nanoTime();
            var submitted = new ArrayList<Long>();
            var all = new ArrayList<Runs.Run>();
            for (var party : PARTIES) {
                if (party.tenth() > 0) {
                    starts.await(FLOOD, tasks / 10 * party.tenth(), PATIENCE_SECONDS);
                }
                submitted.add(System.nanoTime());
                all.add(runs.submit(party.project(), party.tasks(tasks), Runs.of(party.priority())));
            }
            long to = all.stream().mapToLong(Runs.Run::awaitFinished).max().orElse(from);
            report(from, to, submitted);
        }
        return 0;
    }

    private void report(long from, long to, List<Long> submitted) throws Exception {
        var document = BenchOptions.document()
                .put("tasks", tasks)
                .put("slots", timed.workers * timed.slots)
                .put("taskMillis", timed.millis)
                .put("seconds", BenchOptions.rounded((to - from) / 1e9));
        var header = new StringBuilder(String.format(Locale.ROOT, "%-16s", "seconds"));
        var columns = new ArrayList<int[]>();
        var started = document.putObject("started");
        var waited = document.putObject("firstStartedAfterMs");
        for (int i = 0; i < PARTIES.size(); i++) {
            var party = PARTIES.get(i);
            var counts = starts.histogram(party.project(), from, to, PARTS);
            columns.add(counts);
            header.append(String.format(Locale.ROOT, "%15s", party.title()));
            var array = started.putArray(party.project());
            for (int count : counts) {
                array.add(count);
            }
            long first = starts.await(party.project(), 1, PATIENCE_SECONDS);
            waited.put(party.project(), BenchOptions.rounded((first - submitted.get(i)) / 1e6));
        }
        if (timed.json) {
            timed.print(spec.commandLine().getOut(), document);
            return;
        }
        var out = spec.commandLine().getOut();
        out.println(header);
        double part = (to - from) / 1e9 / PARTS;
        for (int row = 0; row < PARTS; row++) {
            var line = new StringBuilder(String.format(Locale.ROOT, "%6.2f - %6.2f ", row * part, (row + 1) * part));
            for (var column : columns) {
                line.append(column[row] == 0 ? " ".repeat(15) : String.format(Locale.ROOT, "%15d", column[row]));
            }
            out.println(line.toString().stripTrailing());
        }
        out.println();
        for (int i = 0; i < PARTIES.size(); i++) {
            var party = PARTIES.get(i);
            out.printf(
                    Locale.ROOT,
                    "%-14s %6d tasks, submitted at %6.2f s, the first started %.0f ms later%n",
                    party.title(),
                    party.tasks(tasks),
                    (submitted.get(i) - from) / 1e9,
                    waited.get(party.project()).asDouble());
        }
        out.flush();
    }
}
