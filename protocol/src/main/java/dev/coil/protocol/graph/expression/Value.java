package dev.coil.protocol.graph.expression;

import java.math.BigDecimal;

/** What an expression can be worth. */
sealed interface Value {

    record Truth(boolean value) implements Value {}

    record Number(BigDecimal value) implements Value {}

    record Text(String value) implements Value {}

    /** The value of an axis. It keeps the text of the file and takes the type of whatever it meets. */
    record Scalar(String value) implements Value {}
}
