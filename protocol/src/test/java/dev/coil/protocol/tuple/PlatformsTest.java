package dev.coil.protocol.tuple;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformsTest {

    @ParameterizedTest
    @CsvSource({
        "Linux, linux",
        "Darwin, macos",
        "Mac OS X, macos",
        "SunOS, illumos",
        "Windows Server 2022, windows",
        "Windows 11, windows",
        "FreeBSD, freebsd",
        "Plan9, plan9",
    })
    void shouldKnowSystemsByTheirOtherNames(String name, String normal) {
        assertThat(Platforms.system(name)).isEqualTo(normal);
    }

    @ParameterizedTest
    @CsvSource({
        "amd64, x86_64",
        "AMD64, x86_64",
        "x86-64, x86_64",
        "i386, i686",
        "arm64, aarch64",
        "armhf, armv7l",
        "ppc64el, ppc64le",
        "ppc64, ppc64",
        "loong64, loongarch64",
        "' riscv64 ', riscv64",
        "vax, vax",
    })
    void shouldKnowArchitecturesByTheirOtherNames(String name, String normal) {
        assertThat(Platforms.architecture(name)).isEqualTo(normal);
    }

    @Test
    void shouldLeaveNormalNamesAsTheyAre() {
        assertThat(Platforms.SYSTEMS)
                .allSatisfy(name -> assertThat(Platforms.system(name)).isEqualTo(name));
        assertThat(Platforms.ARCHITECTURES)
                .allSatisfy(name -> assertThat(Platforms.architecture(name)).isEqualTo(name));
    }
}
