package dev.coil.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Action.ExitMeaning;
import dev.coil.protocol.graph.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

    private static final Map<Integer, ExitMeaning> NONE = Map.of();

    @Test
    void shouldSayWhatShellsMeanByTheirOwnCodes() {
        assertThat(Verdict.reason(127, NONE)).isEqualTo("exit code 127: a program was not found");
        assertThat(Verdict.reason(126, NONE)).isEqualTo("exit code 126: a program could not be executed");
        assertThat(Verdict.reason(139, NONE)).isEqualTo("killed by SIGSEGV");
        assertThat(Verdict.reason(137, NONE)).isEqualTo("killed by SIGKILL, perhaps as memory ran out");
        assertThat(Verdict.reason(1, NONE)).isNull();
    }

    @Test
    void shouldSayNothingOfACodeToWhichTheGraphGivesAMeaning() {
        var missing = Map.of(127, new ExitMeaning(Outcome.SKIPPED, "no-tool"));

        assertThat(Verdict.reason(127, missing)).isNull();
        assertThat(Verdict.of(127, missing).outcome()).isEqualTo(Outcome.SKIPPED);
    }
}
