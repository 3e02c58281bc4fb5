package dev.coil.protocol.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.tuple.Attributes;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CapacityTest {

    private static final long GIB = 1L << 30;
    private static final Attributes MACHINE =
            Attributes.of(Map.of("cpus", "8", "memory", Long.toString(16 * GIB), "disk", Long.toString(100 * GIB)));

    private final Capacity capacity = new Capacity(4, MACHINE);

    private static Resources cpus(int cpus) {
        return new Resources(cpus, null, null, false);
    }

    private static Resources memory(long gibibytes) {
        return new Resources(null, gibibytes * GIB, null, false);
    }

    @Test
    void shouldTakeAsManySlotsAsSoManyProcessorsAreWorth() {
        assertThat(capacity.slots(Resources.NONE)).isEqualTo(1);
        assertThat(capacity.slots(cpus(1))).isEqualTo(1);
        assertThat(capacity.slots(cpus(2))).isEqualTo(1);
        assertThat(capacity.slots(cpus(3))).isEqualTo(2);
        assertThat(capacity.slots(cpus(8))).isEqualTo(4);
        assertThat(capacity.slots(new Resources(1, null, null, true))).isEqualTo(4);
    }

    @Test
    void shouldReserveProcessorsUntilTheyAreReleased() {
        capacity.take(cpus(6));

        assertThat(capacity.fits(cpus(2))).isTrue();
        assertThat(capacity.fits(cpus(3))).isFalse();
        capacity.release(cpus(6));
        assertThat(capacity.fits(cpus(8))).isTrue();
        assertThat(capacity.free()).isEqualTo(4);
    }

    @Test
    void shouldReserveMemoryAndDiskBesideSlots() {
        capacity.take(memory(12));

        assertThat(capacity.fits(memory(4))).isTrue();
        assertThat(capacity.fits(memory(5))).isFalse();
        assertThat(capacity.fits(Resources.NONE)).isTrue();
        assertThat(capacity.fits(new Resources(null, null, 101 * GIB, false))).isFalse();
    }

    @Test
    void shouldGiveTheWholeMachineOnlyWhenNothingRuns() {
        var exclusive = new Resources(null, null, null, true);
        capacity.take(Resources.NONE);
        assertThat(capacity.fits(exclusive)).isFalse();

        capacity.release(Resources.NONE);

        assertThat(capacity.fits(exclusive)).isTrue();
    }

    @Test
    void shouldNotBoundWhatItDoesNotKnow() {
        var unknown = new Capacity(2, Attributes.of(Map.of()));

        assertThat(unknown.fits(memory(1_000))).isTrue();
        assertThat(unknown.slots(cpus(2))).isEqualTo(2);
    }
}
