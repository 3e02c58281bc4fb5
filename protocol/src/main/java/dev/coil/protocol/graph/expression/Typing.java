package dev.coil.protocol.graph.expression;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.Outcome;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the type of an expression, and what makes no sense in it, before any value is known. */
final class Typing {

    private static final List<String> OUTCOMES =
            Arrays.stream(Outcome.values()).map(Outcome::text).toList();

    private Typing() {}

    /** Fails unless the whole expression is true or false. */
    static void check(Expr expr) {
        truth(expr);
    }

    private static Type type(Expr expr) {
        if (expr instanceof Expr.Literal literal) {
            return type(literal.value());
        } else if (expr instanceof Expr.Fact) {
            return Type.TEXT;
        } else if (expr instanceof Expr.Axis) {
            return Type.SCALAR;
        } else if (expr instanceof Expr.NeedOutcome) {
            return Type.OUTCOME;
        } else if (expr instanceof Expr.Changed changed) {
            if (text(changed.glob()) == Type.OUTCOME) {
                throw new ExpressionException(
                        changed.glob().at(),
                        "changed() is asked before any task has an outcome",
                        "give it a glob in quotes");
            }
        } else if (expr instanceof Expr.TextTest test) {
            text(test.text());
            text(test.part());
        } else if (expr instanceof Expr.Not not) {
            truth(not.operand());
        } else if (expr instanceof Expr.Binary binary) {
            binary(binary);
        }
        return Type.TRUTH;
    }

    private static Type type(Value value) {
        if (value instanceof Value.Truth) {
            return Type.TRUTH;
        } else if (value instanceof Value.Number) {
            return Type.NUMBER;
        }
        return value instanceof Value.Text ? Type.TEXT : Type.SCALAR;
    }

    private static void binary(Expr.Binary binary) {
        switch (binary.operator()) {
            case OR, AND -> {
                truth(binary.left());
                truth(binary.right());
            }
            case LESS, AT_MOST, GREATER, AT_LEAST -> {
                number(binary.left(), binary);
                number(binary.right(), binary);
            }
            case EQUAL, DIFFERENT -> {
                var left = type(binary.left());
                var right = type(binary.right());
                if (!left.isComparableWith(right)) {
                    throw new ExpressionException(
                            binary.at(),
                            "cannot compare " + left.phrase() + " with " + right.phrase(),
                            "texts stand in quotes");
                }
                outcome(left, binary.right());
                outcome(right, binary.left());
            }
        }
    }

    private static void truth(Expr expr) {
        var type = type(expr);
        if (!type.isTruth()) {
            throw new ExpressionException(
                    expr.at(), "expected something true or false, got " + type.phrase(), truthHint(type));
        }
    }

    private static @Nullable String truthHint(Type type) {
        return type.isText() ? "compare it: … == 'text'" : null;
    }

    private static void number(Expr expr, Expr.Binary binary) {
        var type = type(expr);
        if (!type.isNumber()) {
            throw new ExpressionException(
                    expr.at(),
                    "'" + binary.operator().symbol() + "' compares numbers, got " + type.phrase(),
                    "compare texts with == or !=");
        }
    }

    private static Type text(Expr expr) {
        var type = type(expr);
        if (!type.isText()) {
            throw new ExpressionException(
                    expr.at(), "expected text, got " + type.phrase(), "compare texts with == or !=");
        }
        return type;
    }

    private static void outcome(Type type, Expr other) {
        if (type == Type.OUTCOME
                && other instanceof Expr.Literal literal
                && literal.value() instanceof Value.Text text
                && !OUTCOMES.contains(text.value())) {
            var hint = DidYouMean.hint(text.value(), OUTCOMES);
            throw new ExpressionException(
                    other.at(),
                    "'" + text.value() + "' is no outcome",
                    hint != null ? hint : "there are " + String.join(", ", OUTCOMES));
        }
    }
}
