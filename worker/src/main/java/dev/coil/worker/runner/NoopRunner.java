package dev.coil.worker.runner;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Does nothing, successfully: what is left is the cost of the way there and back, for benchmarks. */
public final class NoopRunner implements Runner {

    private static final Execution OVER = new Execution() {
        @Override
        public void granted() {}

        @Override
        public void stop(String reason) {}
    };

    private final Duration time;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "coil-noop");
        thread.setDaemon(true);
        return thread;
    });

    /** @param time how long each task takes; {@link Duration#ZERO} for none */
    public NoopRunner(Duration time) {
        this.time = time;
    }

    @Override
    public Execution start(ReadyTask task, ClaimId claim, boolean granted, Consumer<AttemptResult> ended) {
        long now = System.currentTimeMillis();
        if (time.isZero()) {
            ended.accept(AttemptResult.of(Outcome.SUCCESS, 0, now, now));
        } else {
            clock.schedule(
                    () -> ended.accept(AttemptResult.of(Outcome.SUCCESS, 0, now, System.currentTimeMillis())),
                    time.toNanos(),
                    TimeUnit.NANOSECONDS);
        }
        return OVER;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
