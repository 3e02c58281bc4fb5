package dev.coil.protocol.graph.parse;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may stand at a place of a graph file. The shapes of {@link GraphKeys} are interpreted twice: to check a file, and to write
 * the JSON Schema. So the two cannot differ.
 */
public sealed interface Shape {

    /** For a message: what is expected here. */
    String expected();

    /**
     * One value.
     *
     * @param json its type in JSON
     * @param pattern what the whole of it must match
     * @param words if not empty, it must be one of these
     * @param longest the most characters that it may have
     * @param substituted whether {@code ${{ matrix.x }}} may stand in it
     * @param mayBeEmpty whether a key without a value means empty text
     */
    record Scalar(
            String expected,
            Json json,
            @Nullable Pattern pattern,
            List<String> words,
            int longest,
            boolean substituted,
            boolean mayBeEmpty)
            implements Shape {

        static Scalar text(String expected) {
            return new Scalar(expected, Json.TEXT, null, List.of(), Integer.MAX_VALUE, false, false);
        }

        static Scalar oneOf(String... words) {
            var all = String.join(", ", words);
            int last = all.lastIndexOf(", ");
            var expected = last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
            return new Scalar(expected, Json.TEXT, null, List.of(words), Integer.MAX_VALUE, false, false);
        }

        static Scalar truth() {
            return new Scalar(
                    "true or false",
                    Json.BOOLEAN,
                    Pattern.compile("true|false"),
                    List.of(),
                    Integer.MAX_VALUE,
                    false,
                    false);
        }

        static Scalar number(String expected, Json json, String pattern) {
            return new Scalar(expected, json, Pattern.compile(pattern), List.of(), 20, false, false);
        }

        Scalar matching(String regex) {
            return new Scalar(expected, json, Pattern.compile(regex), words, longest, substituted, mayBeEmpty);
        }

        Scalar atMost(int characters) {
            return new Scalar(expected, json, pattern, words, characters, substituted, mayBeEmpty);
        }

        Scalar withMatrix() {
            return new Scalar(expected, json, pattern, words, longest, true, mayBeEmpty);
        }

        Scalar orEmpty() {
            return new Scalar(expected, json, pattern, words, longest, substituted, true);
        }
    }

    /** The type of a value in JSON. Text takes numbers and truths as well, by what stands in the file. */
    enum Json {
        TEXT,
        BOOLEAN,
        WHOLE,
        NUMBER
    }

    /** A list of one or more. */
    record ListOf(Shape item) implements Shape {
        @Override
        public String expected() {
            return "a list";
        }
    }

    /**
     * A map whose keys are the user's own names.
     *
     * @param templates whether keys that begin with {@code x-} are free, and so no names
     */
    record MapOf(String expected, Scalar key, Shape value, boolean templates) implements Shape {}

    /**
     * A map of keys that Coil knows, and of free ones that begin with {@code x-}.
     *
     * @param name for messages ({@code a task}) and, without its article, in the schema
     * @param others what else may be a key; {@code null} if nothing
     */
    record Keys(String name, List<Key> keys, @Nullable MapOf others) implements Shape {
        @Override
        public String expected() {
            if (others != null) {
                return "a map";
            }
            return "a map such as {" + example().name() + ": …}";
        }

        /** The key that a message shows. */
        Key example() {
            return keys.stream().filter(Key::required).findFirst().orElse(keys.get(0));
        }

        @Nullable
        Key key(String key) {
            return keys.stream().filter(k -> k.name().equals(key)).findFirst().orElse(null);
        }
    }

    /** One of several shapes, told apart by whether they are a value, a list or a map. */
    record Either(List<Shape> shapes) implements Shape {
        static Either of(Shape... shapes) {
            return new Either(List.of(shapes));
        }

        @Override
        public String expected() {
            var all = shapes.stream()
                    .filter(shape -> !(shape instanceof Later))
                    .map(Shape::expected)
                    .distinct()
                    .toList();
            int last = all.size() - 1;
            return last == 0 ? all.get(0) : String.join(", ", all.subList(0, last)) + " or " + all.get(last);
        }
    }

    /** The shape, or a key without a value. */
    record OrNothing(Shape shape) implements Shape {
        @Override
        public String expected() {
            return "nothing or " + shape.expected();
        }
    }

    /** Something that Coil knows but does not do yet. */
    record Later(String what) implements Shape {
        @Override
        public String expected() {
            return what;
        }
    }

    /** A key of a map. */
    record Key(String name, Shape shape, boolean required, String description) {

        static Key of(String name, Shape shape, String description) {
            return new Key(name, shape, false, description);
        }

        static Key required(String name, Shape shape, String description) {
            return new Key(name, shape, true, description);
        }

        static Key later(String name, String description) {
            return new Key(name, new Later("'" + name + "'"), false, description);
        }

        public boolean isLater() {
            return shape instanceof Later;
        }
    }
}
