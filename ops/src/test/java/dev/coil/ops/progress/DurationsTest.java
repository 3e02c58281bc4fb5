package dev.coil.ops.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "-PT3S, 0.0 s",
        "PT0.04S, 0.0 s",
        "PT0.25S, 0.3 s",
        "PT9.94S, 9.9 s",
        "PT9.96S, 10 s",
        "PT59.4S, 59 s",
        "PT3M4S, 3 min 04 s",
        "PT2H5M29S, 2 h 05 min"
    })
    void shouldBeShortAndReadable(Duration duration, String text) {
        assertThat(Durations.text(duration)).isEqualTo(text);
    }
}
