package dev.coil.protocol.graph.expression;

/** What is left of a task's {@code if} after planning: an expression of outcomes and status functions. */
public final class Condition {

    private final Expression expression;

    private Condition(Expression expression) {
        this.expression = expression;
    }

    /** @throws ExpressionException if the text is no such expression */
    public static Condition parse(String text) {
        var expression = Expression.parse(text);
        var unfolded = expression.firstUnfolded();
        if (unfolded != null) {
            throw new ExpressionException(0, unfolded + " is known only when a run is planned", null);
        }
        return new Condition(expression);
    }

    public boolean evaluate(ConditionContext context) {
        return truth(expression.root(), context);
    }

    @Override
    public String toString() {
        return expression.toString();
    }

    private static boolean truth(Expr expr, ConditionContext context) {
        return Semantics.truth(value(expr, context), expr.at());
    }

    private static Value value(Expr expr, ConditionContext context) {
        if (expr instanceof Expr.Literal literal) {
            return literal.value();
        } else if (expr instanceof Expr.NeedOutcome need) {
            return new Value.Text(context.outcomeOf(need.need()).text());
        }
        return new Value.Truth(holds(expr, context));
    }

    private static boolean holds(Expr expr, ConditionContext context) {
        if (expr instanceof Expr.Status status) {
            return switch (status.function()) {
                case SUCCESS -> context.success();
                case FAILURE -> context.failure();
                case ALWAYS -> true;
                case CANCELLED -> context.cancelled();
            };
        } else if (expr instanceof Expr.TextTest test) {
            return Semantics.test(test.test(), value(test.text(), context), value(test.part(), context));
        } else if (expr instanceof Expr.Not not) {
            return !truth(not.operand(), context);
        } else if (expr instanceof Expr.Binary binary) {
            return switch (binary.operator()) {
                case AND -> truth(binary.left(), context) && truth(binary.right(), context);
                case OR -> truth(binary.left(), context) || truth(binary.right(), context);
                case EQUAL, DIFFERENT, LESS, AT_MOST, GREATER, AT_LEAST ->
                    Semantics.compare(binary, value(binary.left(), context), value(binary.right(), context));
            };
        }
        throw new IllegalStateException("not foldable at this point: " + Printing.print(expr));
    }
}
