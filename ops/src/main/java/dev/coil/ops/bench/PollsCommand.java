package dev.coil.ops.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.coil.ops.files.Temporary;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.Requirement;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What it costs a node that many workers over HTTP wait for tasks, and what it costs the others. */
@Command(
        name = "polls",
        description = "What it costs a node that many workers over HTTP wait, each on its own connection from a second"
                + " process, how fast others are served beside them, and how soon all are back when it was restarted.")
final class PollsCommand implements Callable<Integer> {

    private static final String WORKING_OS = "linux";
    private static final String IDLE_OS = "openbsd";
    private static final int COLLECTIONS = 3;
    private static final long BETWEEN_COLLECTIONS_MILLIS = 300;

    /** The node has noticed all that came, and the compiler has done with it. */
    private static final long SETTLE_MILLIS = 20_000;

    @Mixin
    HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(
            names = "--idle",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many workers wait (default: ${DEFAULT-VALUE}).")
    private int idle;

    @Option(
            names = "--working",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many others there are tasks for (default: ${DEFAULT-VALUE}).")
    private int working;

    @Option(
            names = "--hops",
            paramLabel = "N",
            defaultValue = "500",
            description = "Of a chain of how many tasks a hop is timed (default: ${DEFAULT-VALUE}).")
    private int hops;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "120",
            description = "How long processor time is counted (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--reps",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often a chain is timed; the median counts (default: ${DEFAULT-VALUE}).")
    private int reps;

    @Option(
            names = "--warm-ups",
            paramLabel = "N",
            defaultValue = "12",
            description = "How many chains run before that (default: ${DEFAULT-VALUE}).")
    private int warmUps;

    /**
     * What a node costs as it is.
     *
     * @param corePercent of the process, with the compiler and the collector
     * @param ownPercent of its threads without them
     */
    private record Cost(double corePercent, double ownPercent, long bytes, double millisPerHop) {}

    @Override
    public Integer call() throws Exception {
        require("--idle", idle);
        require("--working", working);
        require("--hops", hops);
        require("--seconds", seconds);
        require("--reps", reps);
        try (var directory = Temporary.directory("coil-bench");
                var node = EmbeddedNode.start(
                        NodeConfig.defaults(directory.path()).withoutWorker().withPort(0));
                var crowd = CrowdProcess.start(node.url())) {
            var document = BenchOptions.document().put("idle", idle);
            measure(node, crowd, document);
            document.put(
                    "secondsToComeBackToARestartedNode", BenchOptions.rounded(restart(node, crowd, directory) / 1e3));
            BenchOptions.print(spec.commandLine().getOut(), document, json);
        }
        return 0;
    }

    private void measure(EmbeddedNode node, CrowdProcess crowd, ObjectNode document) throws Exception {
        try (var runs = new Runs(KafkaSettings.single(node.running().kafka()))) {
            crowd.open(working, WORKING_OS);
            // The compiler's work is not a worker's cost.
            for (int i = 0; i < warmUps; i++) {
                millisPerHop(runs);
            }
            var before = cost(runs);
            long came = crowd.open(idle, IDLE_OS);
            var beside = cost(runs);
            long back = crowd.reopen();
            double afterwards = millisPerHop(runs);
            note(document, before, beside, came, back, afterwards);
        }
    }

    /** From when the node is there again. */
    private static long restart(EmbeddedNode node, CrowdProcess crowd, Temporary directory) throws IOException {
        crowd.expectRestart();
        node.close();
        try (var again = EmbeddedNode.start(NodeConfig.defaults(directory.path())
                .withoutWorker()
                .withPort(node.url().getPort()))) {
            return crowd.awaitReturn();
        }
    }

    private void require(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " is " + value + ": expected 1 or more");
        }
    }

    private Cost cost(Runs runs) throws InterruptedException {
        Thread.sleep(SETTLE_MILLIS);
        var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long whole = machine.getProcessCpuTime();
        var own = threads();
        long from = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double time = System.nanoTime() - from;
        double wholeShare = (machine.getProcessCpuTime() - whole) / time;
        var ownAfter = threads();
        ownAfter.replaceAll((thread, nanos) -> nanos - own.getOrDefault(thread, 0L));
        double ownShare = ownAfter.values().stream().mapToLong(Long::longValue).sum() / time;
        long bytes = bytes();
        var times = new ArrayList<Double>();
        for (int i = 0; i < reps; i++) {
            times.add(millisPerHop(runs));
        }
        return new Cost(100 * wholeShare, 100 * ownShare, bytes, Repetitions.median(times));
    }

    /** The processor time of each thread that runs Java, in nanoseconds by its number. */
    private static Map<Long, Long> threads() {
        var bean = ManagementFactory.getThreadMXBean();
        var times = new HashMap<Long, Long>();
        for (long thread : bean.getAllThreadIds()) {
            times.put(thread, Math.max(0, bean.getThreadCpuTime(thread)));
        }
        return times;
    }

    private double millisPerHop(Runs runs) {
        long from = System.nanoTime();
        var requirement = Requirement.parse("os=" + WORKING_OS);
        var run = runs.submit(
                hops,
                index -> TaskSpec.simple(
                        "task-" + index,
                        index == 0 ? List.of() : List.of(index - 1),
                        requirement,
                        Action.script("true")));
        return (run.awaitFinished() - from) / 1e6 / hops;
    }

    /** What is in use in the heap and beside it. What the kernel has for connections is not in it. */
    private static long bytes() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(BETWEEN_COLLECTIONS_MILLIS);
        }
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + buffers
                + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    private void note(ObjectNode document, Cost before, Cost beside, long came, long back, double afterwards) {
        document.put("corePercentBefore", BenchOptions.rounded(before.corePercent))
                .put("corePercentBeside", BenchOptions.rounded(beside.corePercent))
                .put("corePercentOfIdle", BenchOptions.rounded(beside.corePercent - before.corePercent))
                .put("ownPercentBefore", BenchOptions.rounded(before.ownPercent))
                .put("ownPercentBeside", BenchOptions.rounded(beside.ownPercent))
                .put("ownPercentOfIdle", BenchOptions.rounded(beside.ownPercent - before.ownPercent))
                .put("kibibytesOfEach", BenchOptions.rounded((beside.bytes - before.bytes) / 1024.0 / idle))
                .put("msPerHopBefore", BenchOptions.rounded(before.millisPerHop))
                .put("msPerHopBeside", BenchOptions.rounded(beside.millisPerHop))
                .put("ratio", BenchOptions.rounded(beside.millisPerHop / before.millisPerHop))
                .put("secondsToCome", BenchOptions.rounded(came / 1e3))
                .put("secondsToComeBack", BenchOptions.rounded(back / 1e3))
                .put("msPerHopAfterwards", BenchOptions.rounded(afterwards));
    }
}
