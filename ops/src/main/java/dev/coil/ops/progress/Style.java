package dev.coil.ops.progress;

import dev.coil.protocol.graph.Outcome;

/**
 * How text may look.
 *
 * @param colour whether escape sequences for colours are understood
 * @param unicode whether characters beyond ASCII are
 */
public record Style(boolean colour, boolean unicode) {

    /** Nothing but ASCII. */
    public static final Style PLAIN = new Style(false, false);

    /** Colours of the terminal's own palette. */
    public enum Colour {
        NONE(""),
        BOLD("1"),
        DIM("2"),
        RED("31"),
        GREEN("32"),
        YELLOW("33"),
        BLUE("34"),
        MAGENTA("35");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    public String paint(Colour colour, String text) {
        return this.colour && colour != Colour.NONE && !text.isEmpty()
                ? "\u001b[" + colour.code + 'm' + text + "\u001b[m"
                : text;
    }

    /** A mark in front of a task that ended: a sign of one column, or a word of nine where signs are not to be had. */
    String mark(Outcome outcome) {
        return unicode
                ? switch (outcome) {
                    case SUCCESS -> "✓";
                    case FAILURE -> "✗";
                    case ERROR -> "!";
                    case TIMEOUT -> "⧗";
                    case CANCELLED -> "⊘";
                    case SKIPPED -> "-";
                }
                : String.format("%-9s", word(outcome));
    }

    /** A mark in front of an attempt that is not a task's last, as wide as those of outcomes. */
    String again() {
        return unicode ? "↻" : "again    ";
    }

    /** The outcome as a verb: {@code passed}, {@code failed}. */
    public static String word(Outcome outcome) {
        return switch (outcome) {
            case SUCCESS -> "passed";
            case FAILURE -> "failed";
            case ERROR -> "error";
            case TIMEOUT -> "timed out";
            case CANCELLED -> "cancelled";
            case SKIPPED -> "skipped";
        };
    }

    public static Colour colourOf(Outcome outcome) {
        return switch (outcome) {
            case SUCCESS -> Colour.GREEN;
            case FAILURE -> Colour.RED;
            case ERROR, TIMEOUT -> Colour.MAGENTA;
            case CANCELLED -> Colour.YELLOW;
            case SKIPPED -> Colour.DIM;
        };
    }

    String arrow() {
        return unicode ? "▸" : ">";
    }

    String ellipsis() {
        return unicode ? "…" : "...";
    }
}
