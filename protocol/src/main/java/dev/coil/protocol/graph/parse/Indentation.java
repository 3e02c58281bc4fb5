package dev.coil.protocol.graph.parse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the line whose indentation is wrong where YAML complains of a later one: the first line of a script that is not deeper than
 * its key, and a key that has slipped out of the map around it.
 */
final class Indentation {

    /** A word and a colon: what a graph's keys look like, and the lines of scripts hardly ever. */
    private static final Pattern KEY =
            Pattern.compile("^ *(?:- +)*(?<key>[\\w./+~@<-]+|\"[^\"]*\"|'[^']*') *:(?: .*)?$");

    private static final Pattern BLOCK = Pattern.compile(".*: +[|>][0-9+-]* *(?: #.*)?$");

    private final Source source;
    private final Position at;

    private Indentation(Source source, Position at) {
        this.source = source;
        this.at = at;
    }

    /**
     * Puts the wrong line among the problems, if it can be told.
     *
     * @param misfit whether YAML's complaint is that the place fits no map around it
     */
    static boolean tell(Source source, Position at, boolean misfit, Problems problems) {
        var indentation = new Indentation(source, at);
        return indentation.tellScript(problems) || (misfit && indentation.tellSlipped(problems));
    }

    /** Whether a line is deeper than {@code indent} and in a block whose key is not. */
    static boolean isInBlock(Source source, int number, int indent) {
        int above = number;
        while (above > 0 && (isBlank(source.line(above)) || indent(source.line(above)) > indent)) {
            above--;
        }
        return above > 0 && above < number && BLOCK.matcher(source.line(above)).matches();
    }

    /** The last block before the place, if its first line and all from there to the place are outside of it, and no keys. */
    private boolean tellScript(Problems problems) {
        int first = 0;
        for (int number = at.line(); number > 0; number--) {
            var line = source.line(number);
            var key = key(line);
            if (key != null && number < at.line() && BLOCK.matcher(line).matches()) {
                if (first == 0 || indent(source.line(first)) > key.start("key") || hasTab(source.line(first))) {
                    return false;
                }
                int column = key.start("key") + 1;
                var what = key.group("key").equals("run") ? "the script" : "the block";
                problems.add(
                        new Position(first, indent(source.line(first)) + 1),
                        "the lines of " + what + " must be indented deeper than '" + key.group("key") + "' at " + number
                                + ":" + column,
                        "begin each with " + (column + 1) + " spaces");
                return true;
            } else if (key != null) {
                return false;
            } else if (!isBlank(line)) {
                first = number;
            }
        }
        return false;
    }

    /** A key between two that are indented alike, and less than they; the lines below it are deeper than all three. */
    private boolean tellSlipped(Problems problems) {
        int column = at.column() - 1;
        int slipped = above(at.line(), column);
        int neighbour = slipped == 0 || indent(source.line(slipped)) == column ? 0 : above(slipped, column);
        if (neighbour == 0 || indent(source.line(neighbour)) != column || indent(source.line(at.line())) != column) {
            return false;
        }
        var key = key(source.line(slipped));
        var before = key(source.line(neighbour));
        var after = key(source.line(at.line()));
        if (key == null || before == null || after == null || GraphKeys.GRAPH.key(key.group("key")) != null) {
            return false;
        }
        int deep = below(slipped);
        var first = key(source.line(deep));
        if (first != null && isOfTask(first) && isOfTask(after) && !isOfTask(key)) {
            problems.add(
                    new Position(deep, first.start("key") + 1),
                    "'" + first.group("key") + "' is indented deeper than '" + after.group("key") + "' at " + at.line()
                            + ":" + at.column() + " after it",
                    "indent it like that, to column " + at.column());
            return true;
        }
        problems.add(
                new Position(slipped, key.start("key") + 1),
                "'" + key.group("key") + "' is indented less than '" + before.group("key") + "' at " + neighbour + ":"
                        + at.column() + " before it and '" + after.group("key") + "' at " + at.line() + ":"
                        + at.column()
                        + " after it",
                "indent it like them, to column " + at.column());
        return true;
    }

    private static boolean isOfTask(Matcher key) {
        return GraphKeys.TASK.key(key.group("key")) != null;
    }

    /** The next line that YAML takes notice of. */
    private int below(int number) {
        int next = number + 1;
        while (next < at.line() && isBlank(source.line(next))) {
            next++;
        }
        return next;
    }

    /** The last line before one that is indented by so much or less; 0 if there is none. */
    private int above(int number, int indent) {
        for (int i = number - 1; i > 0; i--) {
            if (!isBlank(source.line(i)) && indent(source.line(i)) <= indent) {
                return i;
            }
        }
        return 0;
    }

    private static @Nullable Matcher key(String line) {
        var matcher = KEY.matcher(line);
        return matcher.matches() ? matcher : null;
    }

    /** Whether YAML takes no notice of the line. */
    private static boolean isBlank(String line) {
        return line.isBlank() || line.stripLeading().startsWith("#");
    }

    /** A tab cannot indent, which YAML says itself. */
    private static boolean hasTab(String line) {
        return line.substring(0, indent(line)).indexOf('\t') >= 0;
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }
}
