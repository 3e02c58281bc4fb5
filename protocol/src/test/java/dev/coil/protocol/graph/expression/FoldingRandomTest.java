package dev.coil.protocol.graph.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/** What folding leaves, printed, read again and evaluated later, is what the whole is worth when everything is known at once. */
class FoldingRandomTest {

    private static final List<String> WORDS = List.of("push", "main", "", "it's", "refs/heads/main", "failure");
    private static final List<String> AXES = List.of("os", "n", "full");

    @RepeatedTest(20)
    void shouldBeWorthTheSameFoldedOrNot() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            var known = new RandomKnown(random);
            var context = new ConditionTest.FakeContext(
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    Map.of("build", any(random), "test/x/1", any(random)));
            var text = truth(random, 4);

            var expression = Expression.parse(text);
            var folded = expression.fold(known).toString();

            var now = evaluate(expression.root(), known, context);
            assertThat(Condition.parse(folded).evaluate(context))
                    .as("seed %d: %s folded to %s", seed, text, folded)
                    .isEqualTo(now);
            assertThat(Expression.parse(folded)).as("seed %d: canonical", seed).hasToString(folded);
            assertThat(Expression.parse(expression.toString())).hasToString(expression.toString());
        }
    }

    /** A second, plainer evaluator: everything at once, no laziness, no folding. */
    private static boolean evaluate(Expr expr, Known known, ConditionContext context) {
        return Boolean.parseBoolean(value(expr, known, context));
    }

    private static String value(Expr expr, Known known, ConditionContext context) {
        if (expr instanceof Expr.Literal literal) {
            return Semantics.text(literal.value());
        } else if (expr instanceof Expr.Fact fact) {
            return switch (fact.name()) {
                case EVENT -> known.event();
                case REF -> known.ref();
                case BASE -> known.base();
                case BRANCH ->
                    known.ref().startsWith("refs/heads/") ? known.ref().substring(11) : "";
                case TAG -> known.ref().startsWith("refs/tags/") ? known.ref().substring(10) : "";
            };
        } else if (expr instanceof Expr.Axis axis) {
            return known.matrix(axis.axis());
        } else if (expr instanceof Expr.NeedOutcome need) {
            return context.outcomeOf(need.need()).text();
        } else if (expr instanceof Expr.Status status) {
            return Boolean.toString(
                    switch (status.function()) {
                        case SUCCESS -> context.success();
                        case FAILURE -> context.failure();
                        case ALWAYS -> true;
                        case CANCELLED -> context.cancelled();
                    });
        } else if (expr instanceof Expr.Changed changed) {
            return Boolean.toString(known.changed(value(changed.glob(), known, context)));
        } else if (expr instanceof Expr.TextTest test) {
            var text = value(test.text(), known, context);
            var part = value(test.part(), known, context);
            return Boolean.toString(
                    switch (test.test()) {
                        case CONTAINS -> text.contains(part);
                        case STARTS_WITH -> text.startsWith(part);
                        case ENDS_WITH -> text.endsWith(part);
                    });
        } else if (expr instanceof Expr.Not not) {
            return Boolean.toString(!evaluate(not.operand(), known, context));
        }
        var binary = (Expr.Binary) expr;
        var left = value(binary.left(), known, context);
        var right = value(binary.right(), known, context);
        return Boolean.toString(
                switch (binary.operator()) {
                    case AND -> left.equals("true") & right.equals("true");
                    case OR -> left.equals("true") | right.equals("true");
                    case EQUAL -> left.equals(right);
                    case DIFFERENT -> !left.equals(right);
                    case LESS -> Integer.parseInt(left) < Integer.parseInt(right);
                    case AT_MOST -> Integer.parseInt(left) <= Integer.parseInt(right);
                    case GREATER -> Integer.parseInt(left) > Integer.parseInt(right);
                    case AT_LEAST -> Integer.parseInt(left) >= Integer.parseInt(right);
                });
    }

    private static String truth(Random random, int depth) {
        int kind = random.nextInt(depth > 0 ? 12 : 5);
        return switch (kind) {
            case 0 -> Boolean.toString(random.nextBoolean());
            case 1 -> pick(random, List.of("success()", "failure()", "always()", "cancelled()"));
            case 2 -> "matrix.full";
            case 3 -> "changed(" + quoted(pick(random, WORDS)) + ")";
            case 4 -> number(random) + pick(random, List.of("<", "<=", ">", ">=", "==", "!=")) + number(random);
            case 5 -> "!" + "(" + truth(random, depth - 1) + ")";
            case 6, 7 -> "(" + truth(random, depth - 1) + " && " + truth(random, depth - 1) + ")";
            case 8 -> "(" + truth(random, depth - 1) + ") || " + truth(random, depth - 1);
            case 9 -> text(random) + pick(random, List.of(" == ", " != ")) + text(random);
            case 10 ->
                pick(random, List.of("contains", "startsWith", "endsWith")) + "(" + text(random) + ", " + text(random)
                        + ")";
            default ->
                pick(random, List.of("needs.build", "needs.test/x/1")) + ".outcome"
                        + pick(random, List.of(" == ", " != "))
                        + quoted(any(random).text());
        };
    }

    private static String number(Random random) {
        return random.nextBoolean() ? "matrix.n" : Integer.toString(random.nextInt(5) - 1);
    }

    private static String text(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> quoted(pick(random, WORDS));
            case 1 -> pick(random, List.of("event", "ref", "branch", "tag", "base"));
            default -> "matrix.os";
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static Outcome any(Random random) {
        return pick(random, List.of(Outcome.values()));
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static final class RandomKnown implements Known {

        private final String event;
        private final String ref;
        private final String base;
        private final Map<String, String> matrix;
        private final String changed;

        RandomKnown(Random random) {
            event = pick(random, WORDS);
            ref = pick(random, List.of("refs/heads/main", "refs/tags/main", ""));
            base = pick(random, WORDS);
            matrix = Map.of(
                    AXES.get(0), pick(random, WORDS),
                    AXES.get(1), Integer.toString(random.nextInt(4)),
                    AXES.get(2), Boolean.toString(random.nextBoolean()));
            changed = pick(random, WORDS);
        }

        @Override
        public String event() {
            return event;
        }

        @Override
        public String ref() {
            return ref;
        }

        @Override
        public String base() {
            return base;
        }

        @Override
        public String matrix(String axis) {
            return matrix.getOrDefault(axis, "");
        }

        @Override
        public boolean changed(String glob) {
            return glob.equals(changed);
        }

        @Override
        public boolean isAbsent(String need) {
            return false;
        }
    }
}
