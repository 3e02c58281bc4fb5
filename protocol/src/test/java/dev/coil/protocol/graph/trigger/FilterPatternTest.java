package dev.coil.protocol.graph.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterPatternTest {

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "main, main, true",
        "main, main2, false",
        "main, Main, false",
        "*, main, true",
        "*, releases/1, false",
        "**, releases/1, true",
        "releases/*, releases/1, true",
        "releases/*, releases/1/2, false",
        "releases/**, releases/1/2, true",
        "releases/**, releases, false",
        "*feature, my-feature, true",
        "*feature, my/feature, false",
        "**feature, my/feature, true",
        "v2*, v2.9, true",
        "v2*, v2, true",
        "v[12].[0-9]+.[0-9]+, v1.10.1, true",
        "v[12].[0-9]+.[0-9]+, v1.10., false",
        "v[12].[0-9]+.[0-9]+, v3.0.0, false",
        "v[!0-9], va, true",
        "v[^0-9], v1, false",
        "a[!b]c, a/c, false",
        "colou?r, color, true",
        "colou?r, colouur, false",
        "go+gle, gooogle, true",
        "go+gle, ggle, false",
        "c\\+\\+, c++, true",
        "\\!x, !x, true",
        "a**b, a/x/b, true",
    })
    void shouldMatchNames(String pattern, String name, boolean expected) {
        assertThat(FilterPattern.ofName(pattern).matches(name)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "*.js, app.js, true",
        "*.js, src/app.js, false",
        "**.js, src/js/app.js, true",
        "*.jsx?, page.js, true",
        "*.jsx?, page.jsx, true",
        "docs/*, docs/a.md, true",
        "docs/*, docs/x/a.md, false",
        "docs/**, docs/x/a.md, true",
        "docs/, docs/x/a.md, true",
        "docs/, docs, false",
        "docs/**/*.md, docs/a.md, true",
        "docs/**/*.md, docs/x/y/a.md, true",
        "**/docs/**, docs/a, true",
        "**/docs/**, x/y/docs/a/b, true",
        "**/docs/**, x/mydocs/a, false",
        "**/README.md, README.md, true",
        "**/*src/**, a/src/app.js, true",
        "**/*-post.md, my-post.md, true",
        "**/migrate-*.sql, db/sept/migrate-v1.sql, true",
        "a/**/b, a/b, true",
        "a/**/b, a/x/yb, false",
    })
    void shouldMatchPaths(String pattern, String path, boolean expected) {
        assertThat(FilterPattern.ofPath(pattern).matches(path)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "releases/** !releases/**-alpha, releases/10, true",
        "releases/** !releases/**-alpha, releases/beta/3-alpha, false",
        "!releases/**-alpha releases/**, releases/3-alpha, true",
        "** !wip/** wip/ann, wip/ann, true",
        "** !wip/** wip/ann, wip/bob, false",
    })
    void shouldLetTheLastThatMatchesDecide(String patterns, String name, boolean expected) {
        List<FilterPattern> all =
                Arrays.stream(patterns.split(" ")).map(FilterPattern::ofName).toList();

        assertThat(new Filter(false, all).admits(name)).isEqualTo(expected);
        assertThat(new Filter(true, all).admits(name)).isEqualTo(!expected);
    }

    @Test
    void shouldNotTakeForeverOnAHostilePattern() {
        var hostile = FilterPattern.ofPath("**a*a+".repeat(150) + "b");

        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertThat(hostile.matches("a".repeat(4_000)))
                .isFalse());
    }
}
