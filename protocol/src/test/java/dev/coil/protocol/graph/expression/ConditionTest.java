package dev.coil.protocol.graph.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.protocol.graph.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

    private static final ConditionContext FAILED =
            new FakeContext(false, true, false, Map.of("build", Outcome.FAILURE, "cpp/osh-eval", Outcome.TIMEOUT));

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            true; true
            false; false
            success(); false
            failure(); true
            always(); true
            !cancelled(); true
            needs.build.outcome == 'failure'; true
            needs.build.outcome != "failure"; false
            needs.cpp/osh-eval.outcome == 'timeout' && !success(); true
            failure() && (cancelled() || needs.build.outcome == 'skipped'); false
            contains(needs.build.outcome, 'fail'); true
            startsWith(needs.build.outcome, 'ail') || endsWith(needs.build.outcome, 'ure'); true
            needs.build.outcome == needs.cpp/osh-eval.outcome; false
            success() == false; true
            """)
    void shouldEvaluateWhatPlanningLeft(String text, boolean expected) {
        assertThat(Condition.parse(text).evaluate(FAILED)).isEqualTo(expected);
    }

    @Test
    void shouldRefuseWhatPlanningShouldHavePutIn() {
        assertThatThrownBy(() -> Condition.parse("success() && event == 'push'"))
                .isInstanceOf(ExpressionException.class)
                .hasMessage("event is known only when a run is planned");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            ((event=='a'))                 ; event == 'a'
            a_is('x')                      ; unknown function 'a_is'
            !(!success())                  ; !!success()
            !(success()&&failure())        ; !(success() && failure())
            success()&&failure()||always() ; success() && failure() || always()
            success()&&(failure()||always()) ; success() && (failure() || always())
            success()&&(failure()&&always()) ; success() && (failure() && always())
            matrix.a<1==(matrix.b>=-2.50)  ; matrix.a < 1 == matrix.b >= -2.50
            event == "it's"                ; event == 'it''s'
            changed ( 'x' )                ; changed('x')
            """)
    void shouldPrintInOneWay(String text, String expected) {
        String printed;
        try {
            printed = Expression.parse(text).toString();
        } catch (ExpressionException e) {
            printed = e.getMessage();
        }
        assertThat(printed).isEqualTo(expected);
    }

    @Test
    void shouldBoundDepthAndLength() {
        assertThatThrownBy(() -> Expression.parse("(".repeat(1_000) + "true" + ")".repeat(1_000)))
                .hasMessage("this expression is nested too deeply");
        assertThatThrownBy(() -> Expression.parse("!".repeat(4_000) + "true"))
                .hasMessage("this expression is nested too deeply");
        assertThatThrownBy(() -> Expression.parse("true && ".repeat(1_000) + "true"))
                .hasMessage("an expression has at most 5000 characters");
        assertThat(Condition.parse("true&&".repeat(800) + "true").evaluate(FAILED))
                .isTrue();
    }

    record FakeContext(boolean success, boolean failure, boolean cancelled, Map<String, Outcome> outcomes)
            implements ConditionContext {
        @Override
        public Outcome outcomeOf(String need) {
            return outcomes.getOrDefault(need, Outcome.SUCCESS);
        }
    }
}
