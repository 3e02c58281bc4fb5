package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.parse.Shape.Key;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Complains of everything in a file that is not of the shape that its place wants. */
final class ShapeChecker {

    private static final Pattern RANGE = Pattern.compile("([0-9]{1,6})(?:\\.\\.\\.?|-|:)([0-9]{1,6})");

    private static final int MOST_LISTED = 20;

    private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern DURATION_IN_WORDS = Pattern.compile(
            "([0-9]+) *(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)", Pattern.CASE_INSENSITIVE);

    private static final int FEW_KEYS = 6;

    private final Problems problems;
    private final Set<Yaml> unsound = Collections.newSetFromMap(new IdentityHashMap<>());

    /** What a hint may say of the tasks of the file. */
    private TaskHints tasks = TaskHints.NONE;

    ShapeChecker(Problems problems) {
        this.problems = problems;
    }

    /** Whether the node is of the shape. */
    boolean check(Yaml node, Shape shape) {
        boolean sound = is(node, shape);
        if (!sound) {
            unsound.add(node);
        }
        return sound;
    }

    /** Whether the node, which was checked, is of its shape. */
    boolean isSound(Yaml node) {
        return !unsound.contains(node);
    }

    private boolean is(Yaml node, Shape shape) {
        if (node.tag() != null) {
            problems.add(node.at(), "the tag " + node.tag() + " means nothing here", YamlTraps.QUOTE_NOT);
            return false;
        }
        if (shape instanceof Shape.Scalar scalar) {
            return node instanceof Yaml.Scalar value ? scalar(value, scalar) : wrong(node, shape);
        } else if (shape instanceof Shape.ListOf list) {
            return node instanceof Yaml.Sequence items ? list(items, list) : wrong(node, shape);
        } else if (shape instanceof Shape.MapOf map) {
            return node instanceof Yaml.Mapping entries ? map(entries, map) : wrong(node, shape);
        } else if (shape instanceof Shape.Keys keys) {
            return node instanceof Yaml.Mapping entries ? keys(entries, keys) : wrong(node, shape);
        } else if (shape instanceof Shape.Either either) {
            return either(node, either);
        } else if (shape instanceof Shape.OrNothing optional) {
            return node instanceof Yaml.Scalar value
                    ? value.isEmpty() || wrong(node, shape)
                    : is(node, optional.shape());
        }
        return later(node.at(), ((Shape.Later) shape).what());
    }

    private boolean wrong(Yaml node, Shape shape) {
        problems.add(node.at(), "expected " + shape.expected() + ", got " + node.describe(), wrongHint(node, shape));
        return false;
    }

    private static @Nullable String wrongHint(Yaml node, Shape shape) {
        if (node instanceof Yaml.Mapping mapping
                && mapping.entries().size() == 1
                && mapping.entries().get(0).value() instanceof Yaml.Scalar inner
                && inner.isEmpty()
                && shape instanceof Shape.Scalar) {
            return inner.source().line(node.at().line()).contains("{{")
                    ? YamlTraps.QUOTE_EXPRESSION
                    : YamlTraps.QUOTE_BRACE;
        } else if (shape.expected().equals("a script")) {
            return "write the lines as a block: run: |";
        } else if (node instanceof Yaml.Scalar scalar
                && shape == GraphKeys.DOWNLOAD
                && complaint(scalar.text(), GraphKeys.TASK_ARTIFACT) == null) {
            return "write {" + scalar.text() + ": the path to unpack it at}";
        } else if (node instanceof Yaml.Scalar word
                && word.isEmpty()
                && !word.text().isEmpty()) {
            return "quote it if it is text";
        } else if (node instanceof Yaml.Sequence && shape == GraphKeys.MATRIX) {
            return "name the axis: {os: [linux, freebsd]}";
        } else if (node instanceof Yaml.Sequence && (shape == GraphKeys.ARTIFACTS || shape == GraphKeys.ARTIFACT)) {
            return "give each path a name: {program: build/app, docs: doc/}";
        } else if (node instanceof Yaml.Scalar path && shape == GraphKeys.ARTIFACTS && !path.isEmpty()) {
            return "give the path a name: {dist: " + Yaml.abbreviated(path.text()) + "}";
        } else if (node instanceof Yaml.Sequence && isMapOfNames(shape)) {
            return "write a map, name: value, on a line each";
        } else if (node instanceof Yaml.Scalar scalar && scalar.text().matches("(?s)[A-Za-z-]+:\\S.*")) {
            return "a space belongs behind the ':'";
        } else if (node instanceof Yaml.Scalar scalar && shape == GraphKeys.TASK) {
            return GraphKeys.TASK.key(scalar.text()) != null
                    ? "write " + scalar.text() + ": and its value"
                    : "a task's keys stand below its name, indented deeper";
        } else if (node instanceof Yaml.Scalar scalar
                && shape instanceof Shape.Keys keys
                && isForExample(scalar, keys)) {
            return "write {" + keys.example().name() + ": " + Yaml.abbreviated(scalar.text()) + "}";
        } else if (shape == GraphKeys.SCHEDULES) {
            return "write a list of maps: [{cron: \"17 3 * * *\"}]";
        } else if (node instanceof Yaml.Mapping && shape == GraphKeys.EVENT) {
            return "leave out the - before it: events with keys are a map";
        } else if (node instanceof Yaml.Mapping && shape instanceof Shape.ListOf) {
            return "write [a, b], or each value behind a - on a line of its own";
        }
        return null;
    }

    /** Whether it is the value of the key that stands for all of the map: the 2 of {@code retry: 2}. */
    private static boolean isForExample(Yaml.Scalar value, Shape.Keys keys) {
        return keys.others() == null
                && keys.example().shape() instanceof Shape.Scalar shape
                && (shape.pattern() != null || !shape.words().isEmpty())
                && complaint(value.text(), shape) == null;
    }

    private static boolean isMapOfNames(Shape shape) {
        return shape instanceof Shape.MapOf || shape instanceof Shape.Keys;
    }

    private boolean later(Position at, String what) {
        problems.add(at, what + " is not yet supported", "leave it out for now");
        return false;
    }

    private boolean either(Yaml node, Shape.Either either) {
        for (var shape : either.shapes()) {
            boolean fits = shape instanceof Shape.Scalar
                    ? node instanceof Yaml.Scalar scalar && !scalar.isEmpty()
                    : shape instanceof Shape.ListOf
                            ? node instanceof Yaml.Sequence
                            : shape instanceof Shape.Later
                                    ? !(node instanceof Yaml.Scalar)
                                    : node instanceof Yaml.Mapping;
            if (fits) {
                return check(node, shape);
            }
        }
        return wrong(node, either);
    }

    private boolean list(Yaml.Sequence sequence, Shape.ListOf shape) {
        if (sequence.items().isEmpty()) {
            problems.add(sequence.at(), "this list is empty", "leave the key out, or name something");
            return false;
        }
        boolean fine = true;
        for (var item : sequence.items()) {
            fine &= check(item, shape.item());
        }
        return fine;
    }

    private boolean map(Yaml.Mapping mapping, Shape.MapOf shape) {
        boolean fine = true;
        for (var entry : mapping.entries()) {
            if (!(shape.templates() && isFree(entry.key()))) {
                fine &= key(entry.key(), shape.key());
                fine &= entry.key().text().equals("<<") || check(entry.value(), shape.value());
            }
        }
        return fine;
    }

    private boolean keys(Yaml.Mapping mapping, Shape.Keys shape) {
        if (shape.name().equals(GraphKeys.GRAPH.name())) {
            tasks = TaskHints.of(mapping);
        }
        boolean fine = true;
        for (var entry : mapping.entries()) {
            var name = entry.key().text();
            var key = shape.key(name);
            if (isFree(entry.key())) {
                continue;
            } else if (key != null && key.isLater()) {
                var place = GraphKeys.isPlain(shape) ? "" : " in " + shape.name();
                fine &= later(entry.key().at(), "'" + name + "'" + place);
            } else if (key != null) {
                fine &= check(entry.value(), key.shape());
            } else if (shape.others() != null && isOther(entry.key(), shape)) {
                fine &= key(entry.key(), shape.others().key())
                        & check(entry.value(), shape.others().value());
            } else {
                fine = false;
                problems.add(
                        entry.key().at(),
                        "unknown key '" + Yaml.abbreviated(name) + "' in " + shape.name(),
                        unknownKey(entry, shape));
            }
        }
        for (var key : shape.keys()) {
            if (key.required() && mapping.get(key.name()) == null) {
                problems.add(
                        mapping.at(),
                        shape.name() + " needs the key '" + key.name() + "'",
                        shape.name().equals(GraphKeys.GRAPH.name()) ? "such as tasks: {build: {run: make}}" : null);
                fine = false;
            }
        }
        return fine;
    }

    /**
     * A free name that is nearly a known key, or that is a key elsewhere, is most probably a mistake; but an axis of a matrix may well
     * be called {@code script} or {@code timeout}.
     */
    private static boolean isOther(Yaml.Scalar key, Shape.Keys shape) {
        return DidYouMean.hint(key.text(), names(shape)) == null
                && (shape.name().equals(GraphKeys.MATRIX.name()) || unknownHint(key.text(), shape) == null);
    }

    private String unknownKey(Yaml.Entry entry, Shape.Keys shape) {
        var name = entry.key().text();
        if (TaskHints.isTask(entry.value()) && ForeignKeys.hint(name) == null) {
            return tasks.misplaced(entry.key());
        }
        var hint = unknownHint(name, shape);
        if (hint != null) {
            return hint;
        }
        if (TaskHints.mayBeTask(entry.value()) || TaskHints.isBareName(entry, shape)) {
            return tasks.misplaced(entry.key());
        }
        // A long list helps nobody.
        return shape.keys().size() > FEW_KEYS
                ? "leave it out, or name it x-" + Yaml.abbreviated(name) + " if it is for you"
                : "there are " + String.join(", ", names(shape));
    }

    private static @Nullable String unknownHint(String name, Shape.Keys shape) {
        var foreign = GraphKeys.isOfTriggers(shape) ? ForeignEvents.hint(name) : ForeignKeys.hint(name);
        if (foreign != null) {
            return foreign;
        }
        var similar = DidYouMean.hint(name, names(shape));
        if (similar != null) {
            return similar;
        }
        if (GraphKeys.DEFAULTS.key(name) != null) {
            return "'" + name + "' belongs in a task or defaults";
        }
        for (var elsewhere : List.of(GraphKeys.TASK, GraphKeys.GRAPH)) {
            if (elsewhere.key(name) != null) {
                return "'" + name + "' belongs in " + elsewhere.name();
            }
        }
        return null;
    }

    private static List<String> names(Shape.Keys shape) {
        return shape.keys().stream().map(Key::name).toList();
    }

    private boolean key(Yaml.Scalar key, Shape.Scalar shape) {
        if (key.text().equals("<<")) {
            problems.add(key.at(), "expected " + shape.expected() + ", got '<<'", YamlTraps.NO_MERGE);
            return false;
        }
        // a key that looks like a number is written like any other
        return key.tag() == null ? text(key, shape) : check(key, shape);
    }

    private boolean scalar(Yaml.Scalar value, Shape.Scalar shape) {
        if (value.isEmpty()) {
            return shape.mayBeEmpty() || wrong(value, shape);
        }
        if (value.text().contains("${{")) {
            if (!shape.substituted()) {
                problems.add(
                        value.place("${{", 0),
                        "${{ … }} is not understood here: expected " + shape.expected(),
                        shape.expected().startsWith("a task's name")
                                ? "instances join those with the same values on the axes that both have"
                                : null);
            }
            return shape.substituted();
        }
        boolean typed = shape.json() != Shape.Json.TEXT;
        if (typed && value.style() != Yaml.Style.PLAIN) {
            problems.add(
                    value.at(),
                    "expected " + shape.expected() + ", got " + value.describe(),
                    "write it without quotes");
            return false;
        }
        return text(value, shape);
    }

    private boolean text(Yaml.Scalar value, Shape.Scalar shape) {
        var hint = complaint(value.text(), shape);
        if (hint == null) {
            return true;
        }
        if (value.text().length() > shape.longest()) {
            problems.add(
                    value.at(),
                    "expected at most " + shape.longest() + " characters, got "
                            + value.text().length(),
                    "shorten '" + Yaml.abbreviated(value.text()) + "'");
        } else if (shape.expected().equals(GraphKeys.ALL.expected())) {
            problems.add(value.at(), "expected a list of values, got " + value.describe(), listed(value.text()));
        } else if (shape.expected().equals(GraphKeys.NEED_NAME.expected())
                && value.text().contains(",")) {
            problems.add(
                    value.at(),
                    "expected " + shape.expected() + ", got " + value.describe(),
                    "of several, write a list: [" + Yaml.abbreviated(value.text()) + "]");
        } else if (shape.expected().equals(GraphKeys.EVENT.expected()) && ForeignEvents.hint(value.text()) != null) {
            problems.add(
                    value.at(),
                    "expected " + shape.expected() + ", got " + value.describe(),
                    ForeignEvents.hint(value.text()));
        } else if (shape.expected().equals(GraphKeys.TASK_ARTIFACT.expected())) {
            problems.add(
                    value.at(),
                    "expected " + shape.expected() + ", got " + value.describe(),
                    tasks.artifact(value.text()));
        } else {
            problems.add(
                    value.at(),
                    "expected " + shape.expected() + ", got " + value.describe(),
                    hint.isEmpty() ? null : hint);
        }
        return false;
    }

    /** Ranges, as other systems write them, are no values. */
    private static String listed(String text) {
        var range = RANGE.matcher(text);
        if (!range.matches()) {
            return "write [" + Yaml.abbreviated(text) + "]";
        }
        int first = Integer.parseInt(range.group(1));
        int last = Integer.parseInt(range.group(2));
        return first > last || last - first > MOST_LISTED
                ? "there are no ranges: write out each value, as in [1, 2, 3]"
                : "there are no ranges: write "
                        + IntStream.rangeClosed(first, last).boxed().toList();
    }

    /** {@code null} if the text is right; else a hint, or nothing for lack of one. */
    static @Nullable String complaint(String text, Shape.Scalar shape) {
        if (!shape.words().isEmpty() && !shape.words().contains(text)) {
            var hint = DidYouMean.hint(text, shape.words());
            return hint == null ? "" : hint;
        }
        if (text.length() > shape.longest()
                || (shape.pattern() != null && !shape.pattern().matcher(text).matches())) {
            if (shape.json() == Shape.Json.BOOLEAN) {
                return switch (text.toLowerCase(Locale.ROOT)) {
                    case "yes", "on", "true" -> "write true";
                    case "no", "off", "false" -> "write false";
                    default -> "";
                };
            }
            return shape.expected().startsWith("a duration") ? durationHint(text) : "";
        }
        return null;
    }

    private static String durationHint(String text) {
        if (WHOLE_NUMBER.matcher(text).matches()) {
            return "add a unit: " + text + "m";
        }
        var inWords = DURATION_IN_WORDS.matcher(text);
        return inWords.matches()
                ? "write " + inWords.group(1)
                        + inWords.group(2).toLowerCase(Locale.ROOT).charAt(0)
                : "";
    }

    private static boolean isFree(Yaml.Scalar key) {
        return key.text().startsWith("x-");
    }
}
