package dev.coil.protocol.tuple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerRulesTest {

    @Test
    void shouldTakeForksOnlyIfTheOwnerNamesThem() {
        assertThat(OwnerRules.NONE.allow("mylang", "refs/pull/7/head", "pull_request"))
                .isTrue();
        assertThat(OwnerRules.NONE.allow("mylang", "refs/pull/7/head", "pull_request_fork"))
                .isFalse();
        assertThat(OwnerRules.NONE.refusal("mylang", "refs/pull/7/head", "pull_request_fork"))
                .isEqualTo(
                        "takes no pull requests from other repositories, unless its owner says --event pull_request_fork");
        assertThat(OwnerRules.ALL.allow("mylang", "refs/pull/7/head", "pull_request_fork"))
                .isTrue();
        assertThat(ofEvents("!push").allow("mylang", "refs/pull/7/head", "pull_request_fork"))
                .isFalse();
        assertThat(ofEvents("pull*").allow("mylang", "refs/pull/7/head", "pull_request_fork"))
                .isFalse();
        assertThat(ofEvents("pull_request", "pull_request_fork")
                        .allow("mylang", "refs/pull/7/head", "pull_request_fork"))
                .isTrue();
    }

    private static OwnerRules ofEvents(String... events) {
        return new OwnerRules(List.of("mylang"), List.of(), List.of(events));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            ;                    ;              ;        anything; refs/heads/x;   push;          true
            mylang;              ;              ;        mylang;   ;               push;          true
            mylang;              ;              ;        mylang2;  ;               push;          false
            my*;                 ;              ;        mylang2;  ;               push;          true
            *lang;               ;              ;        mylang;   ;               push;          true
            m*l*g;               ;              ;        mylang;   ;               push;          true
            m*l*g;               ;              ;        mylan;    ;               push;          false
            ab*ba;               ;              ;        aba;      ;               push;          false
            mylang other;        ;              ;        other;    ;               push;          true
            !mylang;             ;              ;        other;    ;               push;          true
            !mylang;             ;              ;        mylang;   ;               push;          false
            my* !mylang2;        ;              ;        mylang2;  ;               push;          false
            my* !mylang2;        ;              ;        mylang3;  ;               push;          true
            !mylang2 my*;        ;              ;        other;    ;               push;          false
            ;                    main;          ;        p;        refs/heads/main;push;          true
            ;                    refs/heads/main;;       p;        refs/heads/main;push;          true
            ;                    main;          ;        p;        refs/pull/7/head;push;         false
            ;                    v*;            ;        p;        refs/tags/v1.0; push;          true
            ;                    !refs/pull/*;  ;        p;        refs/pull/7/head;push;         false
            ;                    main;          ;        p;        ;               manual;        false
            ;                    ;              push;    p;        ;               push;          true
            ;                    ;              !pull_request; p;  ;               pull_request;  false
            ;                    ;              !pull_request; p;  ;               push;          true
            """)
    void shouldAllowWhatTheOwnerWants(
            String projects, String refs, String events, String project, String ref, String event, boolean may) {
        var rules = new OwnerRules(list(projects), list(refs), list(events));

        assertThat(rules.allow(project, ref == null ? "" : ref, event)).isEqualTo(may);
        assertThat(rules.refusal(project, ref == null ? "" : ref, event) == null)
                .isEqualTo(may);
    }

    @Test
    void shouldSayWhichRuleRefuses() {
        var rules = new OwnerRules(List.of("my*", "!mylang2"), List.of(), List.of("push"));

        assertThat(rules.refusal("x", "", "push")).isEqualTo("takes no project 'x' (its owner's rules: my* !mylang2)");
        assertThat(rules.refusal("mylang", "", "manual"))
                .isEqualTo("takes no event 'manual' (its owner's rules: push)");
        assertThat(rules.sentences())
                .containsExactly("takes only projects my*, and of those none of mylang2", "takes only events push");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "a b", "$(x)", "a\"b", "!!a"})
    void shouldBeGlobs(String glob) {
        assertThatThrownBy(() -> new OwnerRules(List.of(glob), List.of(), List.of()))
                .hasMessageContaining("'" + glob + "' is no rule for a project");
    }

    private static List<String> list(String words) {
        return words == null ? List.of() : List.of(words.split(" "));
    }
}
