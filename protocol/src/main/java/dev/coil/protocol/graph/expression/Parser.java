package dev.coil.protocol.graph.expression;

import dev.coil.protocol.graph.DidYouMean;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads an expression by recursive descent, loosest operators first. */
final class Parser {

    private static final int LONGEST = 5_000;
    private static final int DEEPEST = 100;

    private static final List<List<Operator>> LEVELS = List.of(
            List.of(Operator.OR),
            List.of(Operator.AND),
            List.of(Operator.EQUAL, Operator.DIFFERENT),
            List.of(Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST));

    private static final List<String> NAMES = Stream.concat(
                    Arrays.stream(Expr.Name.values()).map(Expr.Name::text),
                    Stream.of("true", "false", "matrix", "needs"))
            .toList();

    private static final List<String> FUNCTIONS = Stream.of(
                    Arrays.stream(Expr.Function.values()).map(Expr.Function::text),
                    Arrays.stream(Expr.Test.values()).map(Expr.Test::text),
                    Stream.of("changed"))
            .flatMap(names -> names)
            .toList();

    /** What users of other systems write. */
    private static final Map<String, String> FOREIGN = Map.of(
            "github.event_name", "write event",
            "github.ref", "write ref",
            "github.ref_name", "write branch or tag",
            "github.base_ref", "write base",
            "and", "write &&",
            "or", "write ||",
            "not", "write !",
            "null", "an unknown value is empty text: ''");

    private final List<Token> tokens;
    private int next;
    private int depth;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Expr parse(String text) {
        if (text.length() > LONGEST) {
            throw new ExpressionException(0, "an expression has at most " + LONGEST + " characters", null);
        }
        var parser = new Parser(Lexer.tokens(text));
        var expr = parser.binary(0);
        var rest = parser.peek();
        if (rest.kind() != Token.Kind.END) {
            throw new ExpressionException(
                    rest.at(), "expected an operator or the end, got " + rest.describe(), FOREIGN.get(rest.text()));
        }
        return expr;
    }

    private Expr binary(int level) {
        if (level == LEVELS.size()) {
            return unary();
        }
        var left = binary(level + 1);
        while (true) {
            var token = peek();
            var operator =
                    LEVELS.get(level).stream().filter(o -> token.is(o.symbol())).findFirst();
            if (operator.isEmpty()) {
                return left;
            }
            next++;
            left = new Expr.Binary(operator.get(), left, binary(level + 1), token.at());
        }
    }

    private Expr unary() {
        if (++depth > DEEPEST) {
            throw new ExpressionException(peek().at(), "this expression is nested too deeply", null);
        }
        var token = take();
        Expr expr;
        if (token.is("!")) {
            expr = new Expr.Not(unary(), token.at());
        } else if (token.is("(")) {
            expr = binary(0);
            expect(")");
        } else {
            expr = primary(token);
        }
        depth--;
        return expr;
    }

    private Expr primary(Token token) {
        return switch (token.kind()) {
            case NUMBER -> new Expr.Literal(new Value.Number(new BigDecimal(token.text())), token.at());
            case STRING -> new Expr.Literal(new Value.Text(token.text()), token.at());
            case NAME -> peek().is("(") ? call(token) : name(token);
            case SYMBOL, END ->
                throw new ExpressionException(
                        token.at(), "expected a value, got " + token.describe(), "texts stand in quotes: 'main'");
        };
    }

    private Expr name(Token token) {
        var text = token.text();
        if (text.equals("true") || text.equals("false")) {
            return new Expr.Literal(new Value.Truth(text.equals("true")), token.at());
        }
        if (text.startsWith("needs.")) {
            return need(token);
        }
        if (text.startsWith("matrix.") && text.indexOf('.', 7) < 0 && text.length() > 7) {
            return new Expr.Axis(text.substring(7), token.at());
        }
        for (var name : Expr.Name.values()) {
            if (text.equals(name.text())) {
                return new Expr.Fact(name, token.at());
            }
        }
        if (FUNCTIONS.contains(text)) {
            throw new ExpressionException(token.at(), "'" + text + "' is a function", "write " + text + "()");
        }
        throw new ExpressionException(token.at(), "unknown name '" + text + "'", nameHint(text));
    }

    private static String nameHint(String text) {
        var hint = FOREIGN.get(text);
        if (hint == null) {
            hint = DidYouMean.hint(text, NAMES);
        }
        return hint != null
                ? hint
                : "there are matrix.AXIS, needs.NAME.outcome, event, ref, branch, tag and base; texts stand in quotes";
    }

    private static Expr need(Token token) {
        var path = token.text().substring("needs.".length());
        for (var wrong : List.of(".result", ".status", ".conclusion")) {
            if (path.endsWith(wrong)) {
                throw new ExpressionException(
                        token.at(),
                        "a need has no '" + wrong.substring(1) + "'",
                        "write " + token.text().replace(wrong, ".outcome"));
            }
        }
        if (!path.endsWith(".outcome") || path.length() == ".outcome".length()) {
            throw new ExpressionException(token.at(), "expected needs.NAME.outcome, got '" + token.text() + "'", null);
        }
        return new Expr.NeedOutcome(path.substring(0, path.length() - ".outcome".length()), token.at());
    }

    private Expr call(Token name) {
        expect("(");
        var arguments = new ArrayList<Expr>();
        if (!peek().is(")")) {
            arguments.add(binary(0));
            while (peek().is(",")) {
                next++;
                arguments.add(binary(0));
            }
        }
        expect(")");
        for (var function : Expr.Function.values()) {
            if (function.text().equals(name.text())) {
                count(name, arguments, 0);
                return new Expr.Status(function, name.at());
            }
        }
        for (var test : Expr.Test.values()) {
            if (test.text().equals(name.text())) {
                count(name, arguments, 2);
                return new Expr.TextTest(test, arguments.get(0), arguments.get(1), name.at());
            }
        }
        if (name.text().equals("changed")) {
            count(name, arguments, 1);
            return new Expr.Changed(arguments.get(0), name.at());
        }
        var hint = DidYouMean.hint(name.text(), FUNCTIONS);
        throw new ExpressionException(
                name.at(),
                "unknown function '" + name.text() + "'",
                hint != null ? hint : "there are " + String.join(", ", FUNCTIONS));
    }

    private static void count(Token name, List<Expr> arguments, int wanted) {
        if (arguments.size() != wanted) {
            var expected = wanted == 0 ? "nothing" : wanted == 1 ? "one value" : wanted + " values";
            throw new ExpressionException(
                    name.at(),
                    name.text() + "() takes " + expected + ", got " + arguments.size(),
                    "a comma parts values");
        }
    }

    private void expect(String symbol) {
        var token = take();
        if (!token.is(symbol)) {
            throw new ExpressionException(token.at(), "expected '" + symbol + "', got " + token.describe(), null);
        }
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        var token = tokens.get(next);
        if (token.kind() != Token.Kind.END) {
            next++;
        }
        return token;
    }
}
