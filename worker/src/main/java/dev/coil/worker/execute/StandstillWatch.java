package dev.coil.worker.execute;

import dev.coil.worker.execute.ScriptEnd.Violation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Notices processes that were stopped by a signal, as {@code kill -STOP $$} does. As long as one process of the task runs it may let
 * the others go on, so that is only said. If all are stopped, nobody ever will.
 */
final class StandstillWatch implements Watch {

    private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final ProcessTree tree;
    private final long patienceNanos;
    private final Consumer<String> log;
    private final Set<Long> told = new HashSet<>();
    private long lookedAt;
    private long stoppedSince;
    private boolean stopped;

    StandstillWatch(ProcessTree tree, Duration patience, Consumer<String> log) {
        this.tree = tree;
        this.patienceNanos = patience.toNanos();
        this.log = log;
        this.lookedAt = System.nanoTime();
    }

    @Override
    public @Nullable Violation look() {
        long now = System.nanoTime();
        if (now - lookedAt < Math.min(EVERY_NANOS, patienceNanos)) {
            return null;
        }
        lookedAt = now;
        var family = tree.family();
        var halted = family.stream().filter(ProcFs.Entry::stopped).toList();
        tell(halted);
        if (halted.isEmpty() || halted.size() < family.size()) {
            stopped = false;
            return null;
        }
        if (!stopped) {
            stopped = true;
            stoppedSince = now;
        }
        return now - stoppedSince >= patienceNanos
                ? new Violation("stopped", "stopped itself: " + names(halted) + " got SIGSTOP or alike")
                : null;
    }

    private void tell(List<ProcFs.Entry> halted) {
        var news = halted.stream().filter(process -> told.add(process.pid())).toList();
        if (!news.isEmpty()) {
            log.accept("coil: stopped by a signal, and goes on only after SIGCONT: " + names(news));
        }
    }

    private static String names(List<ProcFs.Entry> processes) {
        return processes.stream().map(ProcFs.Entry::toString).collect(Collectors.joining(", "));
    }
}
