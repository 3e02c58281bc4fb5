package dev.coil.ops.progress;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The last lines of a log, made fit for a terminal. */
public final class LogTail {

    /** How much of a log's end is looked at, in bytes. */
    public static final int BYTES = 16_384;

    private static final int LINES = 15;
    private static final Pattern ESCAPE =
            Pattern.compile("\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)|[ -/]*[0-~])");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

    private LogTail() {}

    /**
     * The last lines.
     *
     * @param cut whether the bytes begin in the middle of the log, and so in that of a line
     */
    public static List<String> of(byte[] bytes, boolean cut) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        var lines = Arrays.stream(text.split("\n"))
                .skip(cut ? 1 : 0)
                .map(LogTail::visible)
                .filter(line -> !line.isBlank())
                .toList();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    }

    /** What a terminal would show in the end: without escape sequences, and of an overwritten line what was written last. */
    public static String visible(String line) {
        var last = line.stripTrailing();
        last = last.substring(last.lastIndexOf('\r') + 1);
        return CONTROL.matcher(ESCAPE.matcher(last).replaceAll(""))
                .replaceAll("")
                .stripTrailing();
    }
}
