package dev.coil.protocol.graph.expression;

/** The operators with two sides, loosest first. */
enum Operator {
    OR("||", 1),
    AND("&&", 2),
    EQUAL("==", 3),
    DIFFERENT("!=", 3),
    LESS("<", 4),
    AT_MOST("<=", 4),
    GREATER(">", 4),
    AT_LEAST(">=", 4);

    /** Tighter than every operator with two sides. */
    static final int UNARY = 5;

    private final String symbol;
    private final int precedence;

    Operator(String symbol, int precedence) {
        this.symbol = symbol;
        this.precedence = precedence;
    }

    String symbol() {
        return symbol;
    }

    int precedence() {
        return precedence;
    }
}
