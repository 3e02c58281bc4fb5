package dev.coil.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorsTest {

    @ParameterizedTest
    @CsvSource({"0-3, 2, 3", "'0-3,8-11', 6, 30f", "'1,3', 1, 2", "64-70, 1, 10000000000000000", "0-1, 8, 3"})
    void shouldNameTheFirstOfThoseThatTheWorkerMayUse(String allowed, int count, String mask) {
        assertThat(Processors.mask(allowed, count)).isEqualTo(mask);
    }

    @Test
    void shouldAddNothingWhereAllAreAllowed() throws Exception {
        assertThat(Processors.first(null).prefix()).isEmpty();
    }
}
