package dev.coil.protocol.graph.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An expression that is true or false. */
public final class Expression {

    private final Expr root;

    private Expression(Expr root) {
        this.root = root;
    }

    /** @throws ExpressionException if the text is no expression, or not one that is true or false */
    public static Expression parse(String text) {
        var root = Parser.parse(text);
        Typing.check(root);
        return new Expression(root);
    }

    /**
     * A name in an expression.
     *
     * @param name the axis, or the need's name
     * @param offset where in the text, from 0
     */
    public record Reference(String name, int offset) {}

    /** The axes that it names. */
    public List<Reference> axes() {
        var axes = new ArrayList<Reference>();
        visit(root, expr -> {
            if (expr instanceof Expr.Axis axis) {
                axes.add(new Reference(axis.axis(), axis.at()));
            }
        });
        return axes;
    }

    /** The needs whose outcomes it asks for. */
    public List<Reference> needs() {
        var needs = new ArrayList<Reference>();
        visit(root, expr -> {
            if (expr instanceof Expr.NeedOutcome need) {
                needs.add(new Reference(need.need(), need.at()));
            }
        });
        return needs;
    }

    /** This, or {@code success() && this} if it names no status function. */
    public Expression withSuccess() {
        var statuses = new ArrayList<Expr>();
        visit(root, expr -> {
            if (expr instanceof Expr.Status) {
                statuses.add(expr);
            }
        });
        if (!statuses.isEmpty()) {
            return this;
        }
        var success = new Expr.Status(Expr.Function.SUCCESS, 0);
        return new Expression(new Expr.Binary(Operator.AND, success, root, 0));
    }

    /**
     * What is left when everything known has been put in: {@code true}, {@code false}, or an expression of outcomes and status
     * functions.
     *
     * @throws ExpressionException if a value is not of the type that its place wants
     */
    public Expression fold(Known known) {
        var folded = new Folding(known).fold(root);
        return new Expression(
                folded instanceof Expr.Literal literal
                        ? new Expr.Literal(
                                new Value.Truth(Semantics.truth(literal.value(), literal.at())), literal.at())
                        : folded);
    }

    /** Its canonical text, from which it can be read again. */
    @Override
    public String toString() {
        return Printing.print(root);
    }

    Expr root() {
        return root;
    }

    /** The first part that only {@link #fold} can replace; {@code null} if there is none. */
    @Nullable
    String firstUnfolded() {
        var found = new ArrayList<Expr>();
        visit(root, expr -> {
            if (expr instanceof Expr.Fact || expr instanceof Expr.Axis || expr instanceof Expr.Changed) {
                found.add(expr);
            }
        });
        return found.isEmpty() ? null : Printing.print(found.get(0));
    }

    private static void visit(Expr expr, Consumer<Expr> visitor) {
        visitor.accept(expr);
        if (expr instanceof Expr.Changed changed) {
            visit(changed.glob(), visitor);
        } else if (expr instanceof Expr.TextTest test) {
            visit(test.text(), visitor);
            visit(test.part(), visitor);
        } else if (expr instanceof Expr.Not not) {
            visit(not.operand(), visitor);
        } else if (expr instanceof Expr.Binary binary) {
            visit(binary.left(), visitor);
            visit(binary.right(), visitor);
        }
    }
}
