package dev.coil.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class InterruptsTest {

    @Test
    void shouldTellTheListenerOfTheFirstSignalWithItsExitCode() {
        var interrupts = Interrupts.none();
        var heard = new ArrayList<Integer>();
        interrupts.listen(heard::add);

        interrupts.signal("TERM");

        assertThat(heard).containsExactly(Interrupts.TERMINATED);
        assertThat(interrupts.code()).isEqualTo(Interrupts.TERMINATED);
    }
}
