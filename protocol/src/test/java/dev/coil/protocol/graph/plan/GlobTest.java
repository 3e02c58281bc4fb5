package dev.coil.protocol.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "*, a/b/c, true",
        "cpp-small/*, cpp-small/osh, true",
        "cpp-small/*, cpp-small/a/b, true",
        "cpp-small/*, cpp-small, false",
        "cpp-?/x, cpp-1/x, true",
        "cpp-?/x, cpp-12/x, false",
        "[a-c]x, bx, true",
        "[a-c]x, dx, false",
        "[!a-c]x, dx, true",
        "[ax, [ax, true",
        "a*b*c, aXbYc, true",
        "a*b*c, aXbY, false",
    })
    void shouldMatchNames(String pattern, String name, boolean expected) {
        assertThat(Glob.ofNames(pattern).matches(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "*.md, README.md, true",
        "*.md, docs/README.md, false",
        "**.md, docs/README.md, true",
        "docs/**, docs/a/b.md, true",
        "docs/, docs/a/b.md, true",
        "docs/, src/docs/a, false",
        "./docs/*, docs/a, true",
        "docs/*, docs/a/b, false",
        "**/test/*.c, test/a.c, true",
        "**/test/*.c, x/y/test/a.c, true",
        "**/test/*.c, x/mytest/a.c, false",
        "a/**/b, a/b, true",
        "a/**/b, a/x/y/b, true",
        "a/**/b, a/xb, false",
        "?, /, false",
        "src/[a-z].c, src/q.c, true",
    })
    void shouldMatchPaths(String pattern, String path, boolean expected) {
        assertThat(Glob.ofPaths(pattern).matches(path)).isEqualTo(expected);
    }

    @Test
    void shouldNotTakeForeverOnAHostilePattern() {
        var glob = Glob.ofPaths("**a".repeat(60) + "b");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertThat(glob.matches("a".repeat(400)))
                .isFalse());
    }

    @Test
    void shouldSurviveALongPath() {
        var glob = Glob.ofPaths("**/*".repeat(50));
        assertThatCode(() -> glob.matches("x/".repeat(2_000))).doesNotThrowAnyException();
    }
}
