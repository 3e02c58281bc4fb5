package dev.coil.protocol.graph.expression;

/** The static type of an expression. */
enum Type {
    TRUTH("true or false"),
    NUMBER("a number"),
    TEXT("text"),
    /** Text, but only one of the outcomes. */
    OUTCOME("an outcome"),
    /** The value of an axis: its text is read as whatever it is compared with. */
    SCALAR("a matrix value");

    private final String phrase;

    Type(String phrase) {
        this.phrase = phrase;
    }

    String phrase() {
        return phrase;
    }

    boolean isTruth() {
        return this == TRUTH || this == SCALAR;
    }

    boolean isNumber() {
        return this == NUMBER || this == SCALAR;
    }

    boolean isText() {
        return this == TEXT || this == OUTCOME || this == SCALAR;
    }

    boolean isComparableWith(Type other) {
        return this == other || this == SCALAR || other == SCALAR || (isText() && other.isText());
    }
}
