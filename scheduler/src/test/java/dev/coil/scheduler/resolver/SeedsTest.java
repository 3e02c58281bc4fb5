package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** That a seed which fails is named, and comes to the same again. */
class SeedsTest {

    private static final long SEED = 4_711;

    @Test
    void shouldNameTheSeedThatFailsAndHowToReplayIt() {
        assertThatThrownBy(() -> Seeds.run(FleetTest.class, SEED, seed -> {
                    throw new IllegalStateException("a task is lost");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 4711 fails")
                .hasMessageContaining("ops/soak -t FleetTest --seed 4711 ")
                .hasMessageEndingWith(": a task is lost");
    }

    @Test
    void shouldComeToTheSameStateByTheSameCommandsWithTheSameSeed() {
        assertThat(space(SEED)).isEqualTo(space(SEED)).isNotEqualTo(space(SEED + 1));
    }

    @Test
    void shouldSayTheSameInAFleetWithTheSameSeed() {
        assertThat(FleetTest.simulate(SEED).logs.commands)
                .isEqualTo(FleetTest.simulate(SEED).logs.commands)
                .isNotEqualTo(FleetTest.simulate(SEED + 1).logs.commands);
    }

    private static String space(long seed) {
        var space = new SimulatedSpace(seed);
        for (int step = 0; step < 300; step++) {
            space.step();
        }
        space.settle();
        return space.log.commands() + " " + space.log.last() + "\n" + space.log.state.dump();
    }
}
