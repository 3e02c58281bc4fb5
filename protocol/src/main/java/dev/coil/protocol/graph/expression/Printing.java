package dev.coil.protocol.graph.expression;

/** Writes an expression in its one canonical way, with no more parentheses than it needs. */
final class Printing {

    private final StringBuilder text = new StringBuilder();

    private Printing() {}

    static String print(Expr expr) {
        var printing = new Printing();
        printing.write(expr, 0);
        return printing.text.toString();
    }

    /** {@code around} is the precedence below which this must stand in parentheses. */
    private void write(Expr expr, int around) {
        if (expr instanceof Expr.Literal literal) {
            write(literal.value());
        } else if (expr instanceof Expr.Fact fact) {
            text.append(fact.name().text());
        } else if (expr instanceof Expr.Axis axis) {
            text.append("matrix.").append(axis.axis());
        } else if (expr instanceof Expr.NeedOutcome need) {
            text.append("needs.").append(need.need()).append(".outcome");
        } else if (expr instanceof Expr.Status status) {
            text.append(status.function().text()).append("()");
        } else if (expr instanceof Expr.Changed changed) {
            call("changed", changed.glob());
        } else if (expr instanceof Expr.TextTest test) {
            call(test.test().text(), test.text(), test.part());
        } else if (expr instanceof Expr.Not not) {
            text.append('!');
            write(not.operand(), Operator.UNARY);
        } else if (expr instanceof Expr.Binary binary) {
            write(binary, around);
        }
    }

    private void write(Expr.Binary binary, int around) {
        int precedence = binary.operator().precedence();
        boolean parentheses = precedence < around;
        if (parentheses) {
            text.append('(');
        }
        write(binary.left(), precedence);
        text.append(' ').append(binary.operator().symbol()).append(' ');
        write(binary.right(), precedence + 1);
        if (parentheses) {
            text.append(')');
        }
    }

    private void call(String name, Expr... arguments) {
        text.append(name).append('(');
        for (int i = 0; i < arguments.length; i++) {
            text.append(i == 0 ? "" : ", ");
            write(arguments[i], 0);
        }
        text.append(')');
    }

    private void write(Value value) {
        if (value instanceof Value.Text || value instanceof Value.Scalar) {
            text.append('\'').append(Semantics.text(value).replace("'", "''")).append('\'');
        } else {
            text.append(Semantics.text(value));
        }
    }
}
