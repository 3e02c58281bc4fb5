package dev.coil.protocol.graph.parse;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says what a person probably meant where YAML reads something else, or nothing. */
final class YamlTraps {

    static final String QUOTE_EXPRESSION = "quote it: \"${{ … }}\", for a { begins a map";
    static final String QUOTE_BRACE = "quote it, for a { begins a map";
    static final String QUOTE_NOT = "quote it: \"!…\", for a ! begins a tag";
    static final String NO_MERGE = "YAML 1.2 has no <<: take keys over with extends";

    private static final String QUOTE_ALL = "quote the whole value, or write it as a block: key: |";
    private static final String MORE_BEHIND_QUOTES = "the text in quotes has ended, and here is more";
    private static final String MISFIT = "expected <block end>";
    private static final String NO_COLON = "could not find expected ':'";
    private static final String CONFLICT = "<<<<<<< ";

    private static final Pattern NOT = Pattern.compile("[:,\\[]\\s*!");
    /** A key with a plain value; a block begins with a bar. */
    private static final Pattern KEY_VALUE = Pattern.compile(" *[A-Za-z0-9_-]+: +[^\\s|>\"'\\[{#&*!]");

    private static final Pattern TAB_INDENT = Pattern.compile("^ *\\t");
    private static final Pattern CODE_POINT = Pattern.compile("(.)\\(\\d+\\)$");

    private static final String NO_COMMA = "expected ',' or";

    private final MarkedYamlEngineException error;
    private final String problem;
    private final Source source;
    private final Position at;

    private YamlTraps(MarkedYamlEngineException error, Source source, Position at) {
        this.error = error;
        // 'x'(120) is how the library shows a character
        this.problem = CODE_POINT.matcher(error.getProblem()).replaceFirst("'$1'");
        this.source = source;
        this.at = at;
    }

    /** Puts what keeps a text from being YAML among the problems. */
    static void tell(MarkedYamlEngineException error, Source source, Position at, Problems problems) {
        int conflict = source.lineThatBegins(CONFLICT);
        if (conflict > 0) {
            problems.add(
                    new Position(conflict, 1),
                    "this is a merge conflict that nobody has resolved",
                    "keep one side, and remove the lines <<<<<<<, ======= and >>>>>>>");
            return;
        }
        if (Indentation.tell(source, at, error.getProblem().startsWith(MISFIT), problems)) {
            return;
        }
        var trap = new YamlTraps(error, source, at);
        problems.add(at, trap.message(), trap.hint());
    }

    /** Whether the file ends within what the error's context begins. */
    static boolean isUnclosed(MarkedYamlEngineException error) {
        return error.getContextMark().isPresent()
                && (error.getProblem().contains("end of stream")
                        || error.getProblem().contains("<stream end>"));
    }

    /** Whether a list or map in brackets goes wrong on a later line than it begins, as when a quote in it is not closed. */
    static boolean isSpilled(MarkedYamlEngineException error) {
        return error.getProblem().startsWith(NO_COMMA)
                && error.getContextMark().isPresent()
                && error.getProblemMark().isPresent()
                && error.getContextMark().get().getLine()
                        < error.getProblemMark().get().getLine();
    }

    /** Whether the error's context is a key without its colon. */
    static boolean lacksColon(MarkedYamlEngineException error) {
        return error.getProblem().startsWith(NO_COLON);
    }

    private String message() {
        if (isUnclosed(error)) {
            return opening() == ' ' ? "this is never closed" : "this " + opening() + " is never closed";
        } else if (isSpilled(error)) {
            var there = error.getProblemMark().get();
            return "what this " + opening() + " begins goes wrong at " + (there.getLine() + 1) + ":"
                    + (there.getColumn() + 1);
        } else if (isTab()) {
            return "a tab cannot indent";
        } else if (problem.startsWith("mapping values are not allowed")) {
            return isTooDeep()
                    ? "this is indented deeper than the line before, which has its value already"
                    : "a second ':' on the line: a map cannot begin here";
        } else if (problem.startsWith("sequence entries are not allowed")) {
            return "a list cannot begin here";
        } else if (problem.startsWith(MISFIT) && isItem()) {
            return "a list's '-' among the keys of a map";
        } else if (problem.startsWith(MISFIT)) {
            return followsQuote() ? MORE_BEHIND_QUOTES : "this does not fit the indentation of the lines before";
        } else if (problem.startsWith(NO_COLON)) {
            return "expected ':' after a key";
        } else if (problem.startsWith("unexpected character") && followsQuote()) {
            return MORE_BEHIND_QUOTES;
        } else if (problem.startsWith("unexpected character")) {
            return NOT.matcher(source.line(at.line())).find()
                    ? "a ! begins a tag, which this is not"
                    : is("alias")
                            ? "a * begins an alias, which this is not"
                            : is("anchor") ? "a & begins an anchor, which this is not" : "unexpected " + last();
        } else if (problem.contains("cannot start any token")) {
            return "a value cannot begin with " + problem.replaceFirst("^.*?('.*?').*$", "$1");
        } else if (problem.startsWith("expected a comment or a line break")) {
            return "expected the end of the line, got " + last();
        } else if (problem.contains("unknown escape character")) {
            return "in double quotes, a \\ cannot stand before " + last();
        } else if (problem.startsWith("expected '<document start>'")) {
            return "the graph has ended, and here is more";
        }
        int advice = problem.indexOf(" (Do not use");
        return "not valid YAML: " + (advice < 0 ? problem : problem.substring(0, advice)).replaceAll("\\.$", "");
    }

    private @Nullable String hint() {
        var line = source.line(at.line());
        if (isUnclosed(error)) {
            return switch (opening()) {
                case '[' -> "add the ] where the list ends";
                case '{' -> "add the } where the map ends";
                case ' ' -> null;
                default -> "add another " + opening() + " where the text ends";
            };
        } else if (isSpilled(error)) {
            return "is a quote, a comma or a bracket missing between here and there?";
        } else if (isTab() || TAB_INDENT.matcher(line).find()) {
            return "indent with spaces";
        } else if (line.contains("{{")) {
            return QUOTE_EXPRESSION;
        } else if (NOT.matcher(line).find()) {
            return QUOTE_NOT;
        } else if (is("alias")) {
            return "quote it: \"*\", for a * begins an alias";
        } else if (problem.startsWith("mapping values are not allowed")) {
            return isTooDeep()
                    ? "indent it like '" + Yaml.abbreviated(key(before())) + "', to column " + (indent(before()) + 1)
                    : lacksColon(at.line() - 1) ? "the line before has no ':'" : QUOTE_ALL;
        } else if (problem.startsWith("sequence entries are not allowed")) {
            return "write [a, b], or each - on a line of its own";
        } else if (problem.startsWith(MISFIT) && isItem()) {
            return "remove the '- '";
        } else if (problem.startsWith(MISFIT)) {
            return followsQuote()
                    ? QUOTE_ALL
                    : "indent it as much as the keys beside it, or as the script's other lines if it is one";
        } else if (problem.startsWith(NO_COLON)) {
            return Indentation.isInBlock(source, at.line() - 1, indent(line))
                    ? "is it a line of the text above? then indent it like that, to column " + (indent(before()) + 1)
                    : "a key, a ':', a space, a value";
        } else if (problem.startsWith("unexpected character") || problem.contains("cannot start any token")) {
            return QUOTE_ALL;
        } else if (problem.startsWith("expected a comment or a line break")) {
            return "the text of a block begins on the next line";
        } else if (problem.contains("unknown escape character")) {
            return "use single quotes, in which a \\ is a \\";
        } else if (problem.startsWith("expected '<document start>'")) {
            return "remove it";
        } else if (problem.startsWith(NO_COMMA)) {
            return "is a bracket or a comma missing?";
        }
        return null;
    }

    private boolean isItem() {
        return source.line(at.line()).substring(0, at.column() - 1).isBlank()
                && source.line(at.line()).startsWith("- ", at.column() - 1);
    }

    private boolean isTab() {
        return problem.contains("TAB");
    }

    private boolean is(String what) {
        return error.getContext() != null && error.getContext().contains(what);
    }

    /** What the library says last: the character that came. */
    private String last() {
        return problem.substring(problem.lastIndexOf(' ') + 1);
    }

    /** The bracket or quote at the place; a space for anything else. */
    private char opening() {
        var line = source.line(at.line());
        char c = at.column() <= line.length() ? line.charAt(at.column() - 1) : ' ';
        return "[{\"'".indexOf(c) >= 0 ? c : ' ';
    }

    private boolean followsQuote() {
        var line = source.line(at.line());
        var before = line.substring(0, Math.min(line.length(), at.column() - 1)).stripTrailing();
        return before.endsWith("'") || before.endsWith("\"");
    }

    /** Whether the line's one colon is that of its key, and the line before is a key with its value and stands further left. */
    private boolean isTooDeep() {
        var line = source.line(at.line());
        return KEY_VALUE.matcher(before()).lookingAt()
                && indent(before()) < indent(line)
                && line.indexOf(':') + 1 == at.column();
    }

    private String before() {
        return at.line() < 2 ? "" : source.line(at.line() - 1);
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static String key(String line) {
        return line.strip().replaceFirst("\\s*:.*$", "");
    }

    private boolean lacksColon(int number) {
        var line = number < 1 ? "" : source.line(number).strip();
        return !line.isEmpty() && !line.startsWith("#") && line.indexOf(':') < 0;
    }

    /** For a key that is a map or a list. */
    static String keyHint(Source source, Position at) {
        return source.line(at.line()).contains("{{") ? QUOTE_EXPRESSION : "quote it";
    }
}
