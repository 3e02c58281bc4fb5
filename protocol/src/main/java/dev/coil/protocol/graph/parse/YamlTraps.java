package dev.coil.protocol.graph.parse;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says what a person probably meant where YAML reads something else, or nothing. */
final class YamlTraps {

    static final String QUOTE_EXPRESSION = "quote it: \"${{ … }}\", for a { begins a map";
    static final String QUOTE_NOT = "quote it: \"!…\", for a ! begins a tag";
    static final String NO_MERGE = "YAML 1.2 has no <<: take keys over with extends";

    private static final Pattern NOT = Pattern.compile(":\\s*!");
    private static final Pattern STAR = Pattern.compile("(^|[\\s\\[,])\\*");
    private static final Pattern TAB_INDENT = Pattern.compile("^ *\\t");

    private YamlTraps() {}

    static String message(MarkedYamlEngineException error) {
        var problem = error.getProblem();
        if (isUnclosed(error)) {
            return "this is never closed";
        } else if (problem.contains("TAB")) {
            return "a tab cannot indent";
        } else if (problem.startsWith("mapping values are not allowed")) {
            return "a second ':' on the line: a map cannot begin here";
        } else if (problem.startsWith("expected <block end>")) {
            return "this does not fit the indentation of the lines before";
        } else if (problem.startsWith("could not find expected ':'")) {
            return "expected ':' after a key";
        }
        int advice = problem.indexOf(" (Do not use");
        return "not valid YAML: " + (advice < 0 ? problem : problem.substring(0, advice)).replaceAll("\\.$", "");
    }

    /** Whether the file ends within what the error's context begins. */
    static boolean isUnclosed(MarkedYamlEngineException error) {
        return error.getContextMark().isPresent()
                && (error.getProblem().contains("end of stream")
                        || error.getProblem().contains("<stream end>"));
    }

    static @Nullable String hint(MarkedYamlEngineException error, Source source, Position at) {
        var problem = error.getProblem();
        var line = source.line(at.line());
        if (problem.contains("TAB") || TAB_INDENT.matcher(line).find()) {
            return "indent with spaces";
        } else if (line.contains("${{") || line.contains("{{")) {
            return QUOTE_EXPRESSION;
        } else if (NOT.matcher(line).find()) {
            return QUOTE_NOT;
        } else if (error.getContext() != null
                && error.getContext().contains("alias")
                && STAR.matcher(line).find()) {
            return "quote it: \"*\", for a * begins an alias";
        } else if (problem.startsWith("mapping values are not allowed")) {
            return "quote the value, or write it as a block: key: |";
        } else if (problem.contains("cannot start any token")) {
            return "quote the value";
        }
        return null;
    }

    /** For a key that is a map or a list. */
    static @Nullable String keyHint(Source source, Position at) {
        return source.line(at.line()).contains("{{") ? QUOTE_EXPRESSION : null;
    }
}
