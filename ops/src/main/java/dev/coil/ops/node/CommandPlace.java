package dev.coil.ops.node;

import java.util.regex.Pattern;

/**
 * Where a command is in the log, as people write it: {@code 0@1234}.
 *
 * @param partition of the command log
 * @param offset in the partition
 */
public record CommandPlace(int partition, long offset) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,6})@(\\d{1,18})");

    /** @throws IllegalArgumentException if the text is no place */
    public static CommandPlace parse(String text) {
        var match = TEXT.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' names no command: expected a partition and an offset such as 0@1234, as the message says that told of it");
        }
        return new CommandPlace(Integer.parseInt(match.group(1)), Long.parseLong(match.group(2)));
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
