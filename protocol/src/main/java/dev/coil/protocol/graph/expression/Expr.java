package dev.coil.protocol.graph.expression;

/** The tree of an expression. {@code at} is the offset in the text that it was read from. */
sealed interface Expr {

    int at();

    record Literal(Value value, int at) implements Expr {}

    /** A fact about the run. */
    record Fact(Name name, int at) implements Expr {}

    record Axis(String axis, int at) implements Expr {}

    record NeedOutcome(String need, int at) implements Expr {}

    record Status(Function function, int at) implements Expr {}

    record Changed(Expr glob, int at) implements Expr {}

    record TextTest(Test test, Expr text, Expr part, int at) implements Expr {}

    record Not(Expr operand, int at) implements Expr {}

    record Binary(Operator operator, Expr left, Expr right, int at) implements Expr {}

    /** The facts about a run. */
    enum Name {
        EVENT("event"),
        REF("ref"),
        BRANCH("branch"),
        TAG("tag"),
        BASE("base");

        private final String text;

        Name(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** The status functions: what became of the needs, and of the run. */
    enum Function {
        SUCCESS("success"),
        FAILURE("failure"),
        ALWAYS("always"),
        CANCELLED("cancelled");

        private final String text;

        Function(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** The functions of two texts. */
    enum Test {
        CONTAINS("contains"),
        STARTS_WITH("startsWith"),
        ENDS_WITH("endsWith");

        private final String text;

        Test(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
