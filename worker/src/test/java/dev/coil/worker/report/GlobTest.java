package dev.coil.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "*.xml, a.xml, true",
        "*.xml, b/a.xml, false",
        "**/*.xml, a.xml, true",
        "**/*.xml, b/c/a.xml, true",
        "out/**, out/a/b, true",
        "out/**, other/a, false",
        "lib?.so, liba.so, true",
        "lib?.so, lib/.so, false",
        "'{bin,lib}/*', lib/x, true",
        "'{bin,lib}/*', share/x, false",
        "[a-c].txt, b.txt, true",
        "[!a-c].txt, b.txt, false",
        "a+(b).txt, a+(b).txt, true",
    })
    void shouldMatchAsAShellDoes(String glob, String path, boolean matches) {
        assertThat(Glob.compile(glob).matches(path)).isEqualTo(matches);
    }
}
