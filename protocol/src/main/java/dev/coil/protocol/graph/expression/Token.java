package dev.coil.protocol.graph.expression;

/**
 * A word of an expression.
 *
 * @param text a name with its dots, an operator's symbol, a number, or what a string holds
 * @param at its offset
 */
record Token(Kind kind, String text, int at) {

    enum Kind {
        NAME,
        NUMBER,
        STRING,
        SYMBOL,
        END
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** For a message. */
    String describe() {
        return kind == Kind.END ? "the end" : "'" + text + "'";
    }
}
