package dev.coil.protocol.graph.trigger;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the author of a commit writes into its message for it to start no run, with the spellings of GitHub Actions and our own. */
public final class SkipMark {

    private static final Pattern IN_BRACKETS =
            Pattern.compile("\\[(?:skip ci|ci skip|no ci|skip coil|coil skip)]", Pattern.CASE_INSENSITIVE);

    private static final Pattern TRAILER = Pattern.compile("skip-checks:\\s*true", Pattern.CASE_INSENSITIVE);

    private SkipMark() {}

    /** The mark in a message, in small letters. Trailers are the lines of its last paragraph, unless that is its first. */
    public static Optional<String> find(String message) {
        var mark = IN_BRACKETS.matcher(message);
        if (mark.find()) {
            return Optional.of(mark.group().toLowerCase(Locale.ROOT));
        }
        var lines = message.strip().lines().map(String::strip).toList();
        int lastParagraph = lines.lastIndexOf("") + 1;
        return lastParagraph == 0
                ? Optional.empty()
                : lines.subList(lastParagraph, lines.size()).stream()
                        .filter(line -> TRAILER.matcher(line).matches())
                        .findFirst()
                        .map(line -> "skip-checks: true");
    }
}
