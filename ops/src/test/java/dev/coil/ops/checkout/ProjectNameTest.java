package dev.coil.ops.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectNameTest {

    @ParameterizedTest
    @CsvSource({
        "https://example.org/ada/mylang.git, mylang",
        "https://example.org/ada/mylang/, mylang",
        "git@example.org:ada/mylang.git, mylang",
        "host:mylang, mylang",
        "/srv/git/my lang+.git, my-lang",
        "/home/ada/mylang/.git, mylang",
        "../.hidden, hidden",
        "/, project",
        "'', project",
        "/srv/Ünïcode, n-code"
    })
    void shouldMakeAValidNameOfAnyPlace(String url, String name) {
        assertThat(ProjectName.ofUrl(url)).isEqualTo(name);
    }
}
