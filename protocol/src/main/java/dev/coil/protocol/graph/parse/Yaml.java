package dev.coil.protocol.graph.parse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of the file, with its place. Aliases are resolved: a node may be in several places of the tree. */
sealed interface Yaml {

    int LONGEST_QUOTE = 60;

    Position at();

    /** An explicit tag that is not of YAML's own, such as {@code !cancelled()}; {@code null} if there is none. */
    @Nullable
    String tag();

    /** What it is, for a message: {@code a list}, {@code the text 'x'}. */
    String describe();

    /** A text as a message has room for it. */
    static String abbreviated(String text) {
        return text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
    }

    /**
     * One value.
     *
     * @param text as it stands in the file, without quotes
     * @param source where it stands, to find places inside of it
     */
    record Scalar(String text, Style style, @Nullable String tag, Source source, Position at) implements Yaml {

        boolean isEmpty() {
            return style == Style.PLAIN && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        /** The place of the n-th {@code needle} in it, from 0. */
        Position place(String needle, int n) {
            return source.find(at, needle, n);
        }

        /** The place of a character of its text; the start where it has several lines. */
        Position place(int offset) {
            return switch (style) {
                case PLAIN -> text.indexOf('\n') >= 0 ? at : new Position(at.line(), at.column() + offset, at.file());
                case QUOTED -> new Position(at.line(), at.column() + 1 + offset, at.file());
                case BLOCK -> at;
            };
        }

        @Override
        public String describe() {
            if (isEmpty()) {
                return "nothing";
            }
            var quote = abbreviated(text.strip()).replaceAll("\\p{Cntrl}+", " ");
            return style == Style.PLAIN ? "'" + quote + "'" : "the text '" + quote + "'";
        }
    }

    /** How a scalar is written. */
    enum Style {
        PLAIN,
        QUOTED,
        BLOCK
    }

    record Sequence(List<Yaml> items, @Nullable String tag, Position at) implements Yaml {
        @Override
        public String describe() {
            return "a list";
        }
    }

    record Mapping(List<Entry> entries, @Nullable String tag, Position at) implements Yaml {

        /** The value of a key; of the last one, where it is there twice. */
        @Nullable
        Yaml get(String key) {
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (entries.get(i).key().text().equals(key)) {
                    return entries.get(i).value();
                }
            }
            return null;
        }

        @Override
        public String describe() {
            return "a map";
        }
    }

    record Entry(Scalar key, Yaml value) {}
}
