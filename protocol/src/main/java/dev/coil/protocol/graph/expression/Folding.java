package dev.coil.protocol.graph.expression;

import dev.coil.protocol.graph.Outcome;

/** Puts in what is known and works out what follows from it. */
final class Folding {

    private static final String BRANCHES = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    private final Known known;

    Folding(Known known) {
        this.known = known;
    }

    Expr fold(Expr expr) {
        if (expr instanceof Expr.Fact fact) {
            return new Expr.Literal(new Value.Text(fact(fact.name())), fact.at());
        } else if (expr instanceof Expr.Axis axis) {
            return new Expr.Literal(new Value.Scalar(known.matrix(axis.axis())), axis.at());
        } else if (expr instanceof Expr.NeedOutcome need) {
            return known.isAbsent(need.need())
                    ? new Expr.Literal(new Value.Text(Outcome.SKIPPED.text()), need.at())
                    : need;
        } else if (expr instanceof Expr.Status status) {
            return status.function() == Expr.Function.ALWAYS ? truth(true, status.at()) : status;
        } else if (expr instanceof Expr.Changed changed) {
            var glob = (Expr.Literal) fold(changed.glob());
            return truth(known.changed(Semantics.text(glob.value())), changed.at());
        } else if (expr instanceof Expr.TextTest test) {
            var text = fold(test.text());
            var part = fold(test.part());
            return text instanceof Expr.Literal a && part instanceof Expr.Literal b
                    ? truth(Semantics.test(test.test(), a.value(), b.value()), test.at())
                    : new Expr.TextTest(test.test(), text, part, test.at());
        } else if (expr instanceof Expr.Not not) {
            var operand = fold(not.operand());
            return operand instanceof Expr.Literal literal
                    ? truth(!Semantics.truth(literal.value(), operand.at()), not.at())
                    : new Expr.Not(operand, not.at());
        } else if (expr instanceof Expr.Binary binary) {
            return binary(binary);
        }
        return expr;
    }

    private Expr binary(Expr.Binary binary) {
        return switch (binary.operator()) {
            case AND -> both(binary, false);
            case OR -> both(binary, true);
            case EQUAL, DIFFERENT, LESS, AT_MOST, GREATER, AT_LEAST -> {
                var left = fold(binary.left());
                var right = fold(binary.right());
                yield left instanceof Expr.Literal a && right instanceof Expr.Literal b
                        ? truth(Semantics.compare(binary, a.value(), b.value()), binary.at())
                        : new Expr.Binary(binary.operator(), left, right, binary.at());
            }
        };
    }

    /** {@code deciding} is the value of either side that settles the whole. */
    private Expr both(Expr.Binary binary, boolean deciding) {
        var left = known(fold(binary.left()));
        if (left instanceof Expr.Literal literal && isTruth(literal, deciding)) {
            return left;
        }
        var right = known(fold(binary.right()));
        if (right instanceof Expr.Literal literal) {
            return isTruth(literal, deciding) ? right : left;
        }
        return left instanceof Expr.Literal ? right : new Expr.Binary(binary.operator(), left, right, binary.at());
    }

    /** A matrix value in the place of a truth becomes one. */
    private static Expr known(Expr expr) {
        return expr instanceof Expr.Literal literal
                ? truth(Semantics.truth(literal.value(), literal.at()), literal.at())
                : expr;
    }

    private static boolean isTruth(Expr.Literal literal, boolean value) {
        return literal.value() instanceof Value.Truth truth && truth.value() == value;
    }

    private String fact(Expr.Name name) {
        return switch (name) {
            case EVENT -> known.event();
            case REF -> known.ref();
            case BASE -> known.base();
            case BRANCH -> known.ref().startsWith(BRANCHES) ? known.ref().substring(BRANCHES.length()) : "";
            case TAG -> known.ref().startsWith(TAGS) ? known.ref().substring(TAGS.length()) : "";
        };
    }

    private static Expr truth(boolean value, int at) {
        return new Expr.Literal(new Value.Truth(value), at);
    }
}
