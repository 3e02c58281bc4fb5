package dev.coil.protocol.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {

    @Test
    void shouldBeAnotherOneEachTime() {
        assertThat(Secret.newKey()).isNotEqualTo(Secret.newKey());
        assertThat(Secret.isKey(Secret.newKey().text())).isTrue();
        assertThat(Secret.isToken(Secret.newToken().text())).isTrue();
        assertThat(Secret.isKey(Secret.newToken().text())).isFalse();
    }

    @Test
    void shouldNotBePrinted() {
        var key = Secret.newKey();

        assertThat(key.toString()).isEqualTo("coil_key_…");
        assertThat(key.digest()).hasSize(64).doesNotContain(key.text().substring(9, 30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "coil_key_", "coil_key_xyz", "secret"})
    void shouldBeOfItsForm(String text) {
        assertThatThrownBy(() -> new Secret(text)).hasMessageContaining("neither a token nor a key");
    }

    @ParameterizedTest
    @CsvSource({
        "operator, submitter, true", "operator, viewer, true", "submitter, viewer, true", "viewer, submitter, false",
        "submitter, operator, false", "worker, viewer, false", "operator, worker, false", "worker, worker, true",
    })
    void shouldLetRolesIncludeOthers(String has, String needs, boolean may) {
        assertThat(Role.of(has).orElseThrow().includes(Role.of(needs).orElseThrow()))
                .isEqualTo(may);
    }
}
