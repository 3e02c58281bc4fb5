package dev.coil.ops.progress;

import dev.coil.ops.client.ErrorLines;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.Style.Colour;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A task that failed for good, and what its log says of it.
 *
 * @param errors the lines that say why, as far as the node recognises them
 * @param tail the last lines, fit for a terminal
 */
public record Failure(Task task, ErrorLines errors, List<String> tail) {

    private static final String INDENT = "    ";

    /** Where a worker keeps the files of a task: and its script: nothing that helps a reader of one line. */
    private static final Pattern WORKSPACE =
            Pattern.compile("/[^\\s:'\"]*/(?:slots/\\d+/ws/|trees/[\\w-]+/|slots/\\d+/(?=script\\b))");

    private static final Pattern NUMBER = Pattern.compile("0x[0-9a-fA-F]+|\\d+(?:\\.\\d+)*");

    /**
     * What equal failures of a matrix have in common.
     *
     * @param line the line that says why, without what differs from task to task
     */
    record Likeness(String base, @Nullable Integer exitCode, String reason, String line) {}

    /** A task without a log, or whose log cannot be had. */
    public static Failure withoutLog(Task task) {
        return new Failure(task, ErrorLines.NONE, List.of());
    }

    /** The first line that says why: {@code log line 276: foo.c:12:5: error: …}; {@code null} if none is recognised. */
    @Nullable
    String firstError() {
        var first = errors.first();
        return first == null ? null : numbered(first);
    }

    /** The same to stand below the task, cut to so many columns. */
    public @Nullable String firstErrorBelow(int width, Style style) {
        var first = firstError();
        return first == null ? null : new StyledLine().add(INDENT + first).render(width, style);
    }

    /** Its log: the lines that say why, unless they are among the last ones anyway, and the last ones. */
    List<String> log(Style style) {
        var lines = new ArrayList<String>();
        var unseen = errors.lines().stream().filter(line -> !isInTail(line)).toList();
        for (var line : unseen) {
            lines.add(INDENT + style.paint(Colour.BOLD, numbered(line)));
        }
        if (!unseen.isEmpty()) {
            var more = errors.more() == 0 ? "" : " and " + errors.more() + " more like these";
            lines.add(INDENT + style.paint(Colour.DIM, style.ellipsis() + more));
        }
        tail.forEach(line -> lines.add(INDENT + line));
        return lines;
    }

    private boolean isInTail(ErrorLines.Line line) {
        var text = LogTail.visible(line.text());
        return tail.stream().anyMatch(last -> last.startsWith(text));
    }

    private static String numbered(ErrorLines.Line line) {
        var text = LogTail.visible(line.text()).strip();
        return "log line " + line.line() + ": " + WORKSPACE.matcher(text).replaceAll("");
    }

    /** {@code null} if it is of no matrix. */
    @Nullable
    Likeness likeness() {
        if (task.matrix().isEmpty()) {
            return null;
        }
        var attempt = task.lastAttempt();
        var first = errors.first();
        var line = first != null ? LogTail.visible(first.text()) : tail.isEmpty() ? "" : tail.get(tail.size() - 1);
        var reason = task.reason() == null ? "" : task.reason();
        return new Likeness(
                task.base(),
                attempt == null ? null : attempt.exitCode(),
                withoutParticulars(reason),
                withoutParticulars(line));
    }

    /** Without numbers and the values of the matrix, in which equal messages differ. */
    private String withoutParticulars(String text) {
        var rest = text;
        var values = task.matrix().values().stream()
                .filter(value -> !value.isBlank())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        for (var value : values) {
            rest = rest.replaceAll("(?<![A-Za-z0-9])" + Pattern.quote(value) + "(?![A-Za-z0-9])", "#");
        }
        return NUMBER.matcher(rest).replaceAll("#");
    }
}
