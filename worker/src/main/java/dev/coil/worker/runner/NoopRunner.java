package dev.coil.worker.runner;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import java.util.function.Consumer;

/** Does nothing, successfully and at once: what is left is the cost of the way there and back, for benchmarks. */
public final class NoopRunner implements Runner {

    private static final Execution OVER = new Execution() {
        @Override
        public void granted() {}

        @Override
        public void stop(String reason) {}
    };

    @Override
    public Execution start(ReadyTask task, ClaimId claim, boolean granted, Consumer<AttemptResult> ended) {
        long now = System.currentTimeMillis();
        ended.accept(AttemptResult.of(Outcome.SUCCESS, 0, now, now));
        return OVER;
    }

    @Override
    public void close() {}
}
