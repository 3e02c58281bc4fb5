package dev.coil.protocol.graph.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Cuts the text of an expression into its words. */
final class Lexer {

    /** A need's name may hold characters that are no part of any other name, and is followed by {@code .outcome}. */
    private static final Pattern NEED = Pattern.compile("needs\\.[A-Za-z0-9._/+~@:-]+");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    private static final Pattern STRING = Pattern.compile("'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"");
    private static final Pattern SYMBOL = Pattern.compile("\\|\\||&&|==|!=|<=|>=|[<>!(),]");

    private Lexer() {}

    static List<Token> tokens(String text) {
        var tokens = new ArrayList<Token>();
        int at = 0;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            var token = next(text, at, tokens.isEmpty() ? null : tokens.get(tokens.size() - 1));
            tokens.add(token.token());
            at = token.end();
        }
        tokens.add(new Token(Token.Kind.END, "", text.length()));
        return tokens;
    }

    private record Cut(Token token, int end) {}

    private static Cut next(String text, int at, @Nullable Token last) {
        Matcher match;
        if ((match = at(NEED, text, at)) != null || (match = at(NAME, text, at)) != null) {
            return cut(Token.Kind.NAME, match.group(), match);
        }
        if ((match = at(NUMBER, text, at)) != null) {
            if (last != null && last.kind() == Token.Kind.NUMBER) {
                throw new ExpressionException(at, "expected an operator, got '" + match.group() + "'", null);
            }
            return cut(Token.Kind.NUMBER, match.group(), match);
        }
        if ((match = at(STRING, text, at)) != null) {
            var value = match.group(1) != null
                    ? match.group(1).replace("''", "'")
                    : match.group(2).replace("\"\"", "\"");
            return cut(Token.Kind.STRING, value, match);
        }
        if ((match = at(SYMBOL, text, at)) != null) {
            return cut(Token.Kind.SYMBOL, match.group(), match);
        }
        throw unexpected(text, at);
    }

    private static @Nullable Matcher at(Pattern pattern, String text, int at) {
        var match = pattern.matcher(text).region(at, text.length());
        return match.lookingAt() ? match : null;
    }

    private static Cut cut(Token.Kind kind, String text, Matcher match) {
        return new Cut(new Token(kind, text, match.start()), match.end());
    }

    private static ExpressionException unexpected(String text, int at) {
        char c = text.charAt(at);
        return switch (c) {
            case '\'', '"' ->
                new ExpressionException(at, "this text has no closing " + c, "add it where the text ends");
            case '=' -> new ExpressionException(at, "unexpected '='", "write == to compare");
            case '&' -> new ExpressionException(at, "unexpected '&'", "write && for and");
            case '|' -> new ExpressionException(at, "unexpected '|'", "write || for or");
            default ->
                new ExpressionException(
                        at,
                        "unexpected '" + Character.toString(text.codePointAt(at)) + "'",
                        "remove it, or quote the text that it is in");
        };
    }
}
