package dev.coil.protocol.graph.expression;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What the operators and functions do with values. */
final class Semantics {

    private Semantics() {}

    static boolean truth(Value value, int at) {
        if (value instanceof Value.Truth truth) {
            return truth.value();
        }
        var text = text(value);
        return switch (text) {
            case "true" -> true;
            // an axis that only some instances have is empty in the others
            case "false", "" -> false;
            default ->
                throw new ExpressionException(at, "expected true or false, got the matrix value '" + text + "'", null);
        };
    }

    static boolean test(Expr.Test test, Value text, Value part) {
        return switch (test) {
            case CONTAINS -> text(text).contains(text(part));
            case STARTS_WITH -> text(text).startsWith(text(part));
            case ENDS_WITH -> text(text).endsWith(text(part));
        };
    }

    /** For every operator but {@code &&} and {@code ||}, which do not look at both sides. */
    static boolean compare(Expr.Binary binary, Value left, Value right) {
        return switch (binary.operator()) {
            case EQUAL -> same(left, right);
            case DIFFERENT -> !same(left, right);
            case LESS -> order(binary, left, right) < 0;
            case AT_MOST -> order(binary, left, right) <= 0;
            case GREATER -> order(binary, left, right) > 0;
            case AT_LEAST -> order(binary, left, right) >= 0;
            case AND, OR -> throw new IllegalArgumentException("not a comparison: " + binary.operator());
        };
    }

    static String text(Value value) {
        if (value instanceof Value.Text text) {
            return text.value();
        } else if (value instanceof Value.Scalar scalar) {
            return scalar.value();
        } else if (value instanceof Value.Number number) {
            return number.value().toPlainString();
        }
        return Boolean.toString(((Value.Truth) value).value());
    }

    private static boolean same(Value left, Value right) {
        if (left instanceof Value.Number || right instanceof Value.Number) {
            var a = number(left);
            var b = number(right);
            return a != null && b != null && a.compareTo(b) == 0;
        }
        return text(left).equals(text(right));
    }

    private static int order(Expr.Binary binary, Value left, Value right) {
        return needNumber(left, binary.left().at())
                .compareTo(needNumber(right, binary.right().at()));
    }

    private static BigDecimal needNumber(Value value, int at) {
        var number = number(value);
        if (number == null) {
            throw new ExpressionException(at, "expected a number, got the matrix value '" + text(value) + "'", null);
        }
        return number;
    }

    private static @Nullable BigDecimal number(Value value) {
        if (value instanceof Value.Number number) {
            return number.value();
        }
        try {
            return new BigDecimal(text(value));
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }
}
