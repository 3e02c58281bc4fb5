package dev.coil.scheduler.resolver;

import org.junit.jupiter.api.Test;

/**
 * Random graphs under random claims, losses, cancels, retries, timers, restarts and deliveries. {@code -Dcoil.seed=N} replays the one
 * that failed; {@code ops/soak} runs others for as long as wanted.
 */
class ResolverSimulationTest {

    private static final int STEPS = 400;
    private static final int LOOK_AT_ALL = 40;
    private static final int FIXED = 150;

    @Test
    void shouldLoseNothingAndAcceptNothingTwice() {
        Seeds.runAll(ResolverSimulationTest.class, FIXED, ResolverSimulationTest::run);
    }

    private static Seeds.Figures run(long seed) {
        var space = new SimulatedSpace(seed);
        for (int step = 1; step <= STEPS; step++) {
            space.step();
            if (step % LOOK_AT_ALL == 0) {
                space.log.checkState();
            }
        }
        space.settle();
        space.checkSettled();
        space.forgetAll();
        space.checkForgotten();
        space.log.checkReplay();
        return new Seeds.Figures(space.log.commands(), space.log.simulatedMillis());
    }
}
