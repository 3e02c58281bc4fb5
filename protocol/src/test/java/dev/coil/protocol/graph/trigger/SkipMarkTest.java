package dev.coil.protocol.graph.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SkipMarkTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mend a typo [skip ci]",
                "[ci skip] Mend a typo",
                "Mend\n\nThe [No CI] way.",
                "a [SKIP COIL] b",
                "[coil skip]",
                "Mend a typo\n\nskip-checks: true",
                "Mend a typo\n\nWhy.\n\n\nSkip-Checks:true\nSigned-off-by: Ann <ann@example.org>\n",
                "Mend a typo\r\n\r\nSigned-off-by: Ann <ann@example.org>\r\nskip-checks: TRUE\r\n",
            })
    void shouldBeFound(String message) {
        assertThat(SkipMark.find(message)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "skip ci",
                "[skip]",
                "[skip  ci]",
                "[ci]",
                "skip-checks: true",
                "Mend\nskip-checks: true",
                "Mend\n\nskip-checks: true\n\nIt is not among the trailers.",
                "Mend\n\nskip-checks: false",
                "Mend\n\nnot skip-checks: true",
            })
    void shouldNotBeFound(String message) {
        assertThat(SkipMark.find(message)).isEmpty();
    }
}
