package dev.coil.worker.program;

import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.FleetWorker;
import dev.coil.worker.runner.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A worker from its start until its owner wants an end and the last task has come to its own. The first signal lets it end what it runs, the
 * second one ends everything at once.
 *
 * @param reached whom it works for, for people
 * @param directory the worker's own
 */
public record WorkerRun(FleetWorker worker, String reached, Path directory, Interrupts interrupts, Voice voice) {

    private static final Duration SLOW = Duration.ofSeconds(5);

    /** How the program speaks to its user. */
    public interface Voice {
        /** Something worth knowing. */
        void note(String sentence);

        /** Something that its owner should look at. */
        void warn(String sentence);

        /** The worker has announced itself so. */
        void ready(WorkerInfo worker);
    }

    /**
     * Returns when it is over.
     *
     * @return the sentence of whom it works for, if that lets it in no longer; what ran was killed then
     * @throws IOException if it cannot start, or not go on
     */
    public Optional<String> call() throws IOException, InterruptedException {
        try (var farewell = interrupts.onLeave(this::sayFarewell)) {
            return work();
        }
    }

    private void sayFarewell() throws IOException, InterruptedException {
        ProcessRunner.killLeftovers(directory);
        worker.depart();
    }

    private Optional<String> work() throws IOException, InterruptedException {
        var stopped = new CountDownLatch(1);
        var shutOut = new AtomicReference<@Nullable String>();
        try (worker) {
            startWorker();
            var info = worker.info();
            interrupts.listen(code -> {
                voice.note("ending what runs, taking nothing new (once more stops at once)");
                worker.drain().whenComplete((done, failure) -> stopped.countDown());
            });
            voice.ready(info);
            worker.shutOut().thenAccept(why -> {
                shutOut.set(why);
                stopped.countDown();
            });
            worker.notices().forEach(voice::warn);
            voice.note("worker " + info.name() + " is ready with " + info.slots()
                    + (info.slots() == 1 ? " slot" : " slots") + ": " + info.attributes());
            stopped.await();
        }
        return Optional.ofNullable(shutOut.get());
    }

    private void startWorker() throws IOException, InterruptedException {
        var slow = CompletableFuture.delayedExecutor(SLOW.toSeconds(), TimeUnit.SECONDS);
        var isThere = new AtomicBoolean();
        slow.execute(() -> {
            if (!isThere.get()) {
                voice.note("still trying to reach " + reached);
            }
        });
        worker.start();
        isThere.set(true);
    }
}
