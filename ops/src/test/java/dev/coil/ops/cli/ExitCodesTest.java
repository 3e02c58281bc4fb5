package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.progress.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodesTest {

    @ParameterizedTest
    @CsvSource({
        "RUNNING, 8",
        "CANCELLED, 130",
        "FAILED, 1",
        "TIMED_OUT, 124",
        "BROKEN, 3",
        "PARTLY_CANCELLED, 130",
        "NOTHING_RAN, 3",
        "INCOMPLETE, 3",
        "PASSED, 0"
    })
    void shouldTellWhatCameOfARun(Verdict verdict, int code) {
        assertThat(ExitCodes.of(verdict)).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"400, 2", "401, 4", "403, 4", "404, 2", "409, 2", "413, 2", "500, 3", "502, 3", "503, 3"})
    void shouldTellWhyANodeRefused(int status, int code) {
        assertThat(ExitCodes.ofStatus(status)).isEqualTo(code);
    }
}
