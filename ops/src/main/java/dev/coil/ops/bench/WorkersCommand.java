package dev.coil.ops.bench;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.presence.Presence;
import dev.coil.scheduler.presence.RollCall;
import dev.coil.scheduler.resolver.Resolver;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.store.RocksStore;
import dev.coil.scheduler.turn.Effect;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.why.Why;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What it costs one partition and a viewer that a large fleet comes and goes, while tasks of several classes are ready. */
@picocli.CommandLine.Command(
        name = "workers",
        mixinStandardHelpOptions = true,
        description =
                "What it costs one partition, without a broker, that many workers come and go, each of which is unlike"
                        + " the others.")
final class WorkersCommand implements Callable<Integer> {

    /** How often an owner looks. */
    private static final long LOOK_MILLIS = 50;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many workers come (default: ${DEFAULT-VALUE}).")
    private int workers;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many of them a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--classes",
            paramLabel = "N",
            defaultValue = "20",
            description = "Of how many classes tasks are ready; nobody meets the last one (default: ${DEFAULT-VALUE}).")
    private int classes;

    @Option(
            names = "--whole",
            description = "Say all that are present at each change, as owners did before they said what is different.")
    private boolean whole;

    @Override
    public Integer call() throws IOException {
        if (workers < 1 || rate < 1 || classes < 2) {
            throw new ParameterException(
                    spec.commandLine(), "expected at least 1 worker, 1 of them a second, and 2 classes");
        }
        measure();
        var figures = measure();
        print(spec.commandLine().getOut(), figures);
        return 0;
    }

    private record Figures(Phase came, Phase gone, long whyNanos) {}

    /** What one phase of the story took. */
    private static final class Phase {
        long commands;
        long commandBytes;
        long eventBytes;
        long largestRecord;
        long sayNanos;
        long foldNanos;
        long viewNanos;
        long storedBytes;
    }

    private Figures measure() throws IOException {
        var directory = Files.createTempDirectory("coil-bench");
        try (var store = RocksStore.open(directory)) {
            return new Partition(store).measure();
        } finally {
            remove(directory);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private final class Partition {
        private final RocksStore store;
        private final Resolver resolver;
        private final RollCall rollCall;
        private final Projection projection = new Projection();
        private Phase phase = new Phase();
        private long offset;
        private long millis = 1_000_000;

        Partition(RocksStore store) {
            this.store = store;
            resolver = new Resolver(store.overlay());
            rollCall = new RollCall(resolver.workers());
        }

        Figures measure() {
            fold(new Command.StartEpoch("bench"));
            var tasks = IntStream.range(0, classes)
                    .mapToObj(i -> TaskSpec.simple("t" + i, List.of(), requirement(i), Action.script("true")))
                    .toList();
            fold(new Command.StageTasks("bench", "0123456789abcdef", 0, tasks));
            fold(new Command.SubmitRun("r", "bench", "0123456789abcdef", Source.none(), classes, false, "bench", null));
            var all =
                    IntStream.range(0, workers).mapToObj(WorkersCommand::worker).toList();
            int step = (int) Math.max(1, rate * LOOK_MILLIS / 1_000);
            var came = run(() -> {
                for (int there = step; there < workers + step; there += step) {
                    look(all.subList(0, Math.min(there, workers)));
                }
                settle(all);
            });
            long from = cpu();
            new Why(projection, millis).of(projection.run("bench", 1), 0);
            long why = cpu() - from;
            var gone = run(() -> {
                look(List.of());
                settle(List.of());
            });
            return new Figures(came, gone, why);
        }

        private Phase run(Runnable story) {
            phase = new Phase();
            long stored = store.bytesWritten();
            story.run();
            phase.storedBytes = store.bytesWritten() - stored;
            return phase;
        }

        private void settle(List<WorkerInfo> present) {
            while (resolver.workers().all().size() != present.size()) {
                look(present);
            }
        }

        private void look(List<WorkerInfo> present) {
            millis += LOOK_MILLIS;
            long from = cpu();
            var picture = new Presence.Picture(true, millis, new ArrayList<>(present));
            var commands = whole
                    ? List.of(new Command.ReportWorkers(0, picture.workers()))
                    : rollCall.look(0, picture, offset > 3, TimeUnit.MILLISECONDS.toNanos(millis));
            phase.sayNanos += cpu() - from;
            commands.forEach(this::fold);
        }

        private void fold(Command command) {
            var bytes = Codec.encode(command);
            phase.commands++;
            phase.commandBytes += bytes.length;
            long from = cpu();
            var overlay = store.overlay();
            var effects = resolver.apply(overlay, Codec.read(Command.class, bytes), offset++, millis);
            Meta.POSITION.set(overlay, offset);
            store.pend(overlay);
            store.storeOldest();
            phase.foldNanos += cpu() - from;
            phase.largestRecord = Math.max(phase.largestRecord, bytes.length);
            for (var effect : effects) {
                if (effect instanceof Effect.Emit emit) {
                    int length = Codec.encode(emit.event()).length;
                    phase.eventBytes += length;
                    phase.largestRecord = Math.max(phase.largestRecord, length);
                    from = cpu();
                    projection.apply(new EventRecord(0, emit.seq(), emit.at(), emit.event()));
                    phase.viewNanos += cpu() - from;
                }
            }
        }

        private Requirement requirement(int number) {
            return Requirement.parse(
                    number == classes - 1 ? "labels=quantum os=linux" : "memory>=" + (number + 1) + " os=linux");
        }
    }

    private static WorkerInfo worker(int number) {
        var facts = Map.of(
                "os", "linux",
                "arch", "x86_64",
                "libc", "glibc-2.36",
                "distro", "debian",
                "os-version", "12",
                "cpus", "" + (1 + number % 16),
                "memory", "" + (8_000_000_000L + number * 4_096L),
                "disk", "" + (90_000_000_000L + number * 8_192L));
        return new WorkerInfo(
                "volunteer-" + number,
                String.format(Locale.ROOT, "%016x", number * 2_654_435_761L),
                String.format(Locale.ROOT, "%016x", number * 40_503L * 65_537L),
                Attributes.of(facts, "kvm", "host-" + number),
                1,
                "0.1.0",
                1_700_000_000_000L,
                false,
                "gateway-1");
    }

    private void print(PrintWriter out, Figures figures) {
        out.printf(Locale.ROOT, "%-36s %14s %14s%n", "", "come", "go at once");
        print(out, "records", figures.came.commands, figures.gone.commands);
        print(out, "bytes of commands", figures.came.commandBytes, figures.gone.commandBytes);
        print(out, "bytes of events", figures.came.eventBytes, figures.gone.eventBytes);
        print(out, "bytes of the largest", figures.came.largestRecord, figures.gone.largestRecord);
        print(out, "bytes stored", figures.came.storedBytes, figures.gone.storedBytes);
        print(out, "CPU ms to find what to say", millis(figures.came.sayNanos), millis(figures.gone.sayNanos));
        print(out, "CPU ms to fold", millis(figures.came.foldNanos), millis(figures.gone.foldNanos));
        print(out, "CPU ms in a viewer", millis(figures.came.viewNanos), millis(figures.gone.viewNanos));
        out.printf(Locale.ROOT, "%-36s %,14d%n", "CPU ms to say why a task waits", millis(figures.whyNanos));
        out.flush();
    }

    private static void print(PrintWriter out, String name, long came, long gone) {
        out.printf(Locale.ROOT, "%-36s %,14d %,14d%n", name, came, gone);
    }

    /** Of this thread: what else the machine does should not count. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
