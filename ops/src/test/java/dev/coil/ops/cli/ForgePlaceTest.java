package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForgePlaceTest {

    @ParameterizedTest
    @CsvSource({
        "https://github.com/me/mylang.git,,         github, https://api.github.com,       me/mylang",
        "git@github.com:me/mylang.git,,             github, https://api.github.com,       me/mylang",
        "ssh://git@codeberg.org/me/mylang,,         gitea,  https://codeberg.org/api/v1,  me/mylang",
        "https://gitlab.com/a/b/mylang/,,           gitlab, https://gitlab.com/api/v4,    a/b/mylang",
        "https://git.example.org:8443/me/m,gitea,   gitea,  https://git.example.org:8443/api/v1, me/m",
        "ssh://git@git.example.org:22/me/m,gitlab,  gitlab, https://git.example.org/api/v4, me/m",
        "http://127.0.0.1:3000/me/m.git,github,     github, http://127.0.0.1:3000/api/v3, me/m",
    })
    void shouldGuessByTheUrl(String url, String kind, String known, String api, String path) {
        assertThat(ForgePlace.of(url, kind == null ? "" : kind)).isEqualTo(new ForgePlace(known, api, path));
    }

    @Test
    void shouldGuessNothingOfWhatItDoesNotKnow() {
        assertThat(ForgePlace.of("https://git.example.org/me/m", "")).isNull();
        assertThat(ForgePlace.of("/srv/git/m.git", "gitea")).isNull();
    }

    @Test
    void shouldPutOptionsFirst() {
        var guessed = ForgePlace.of("https://github.com/me/mylang", "");
        assertThat(guessed.with(null, null, "you/other").path()).isEqualTo("you/other");
        assertThat(guessed.with("none", null, null)).isEqualTo(ForgePlace.NONE);
    }
}
