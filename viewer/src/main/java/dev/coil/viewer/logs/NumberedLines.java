package dev.coil.viewer.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a log with the numbers under which the log page shows them: lines are of one stream each, and are counted in the
 * order in which they begin. They are told as they end, and hold what a terminal would show in the end.
 */
final class NumberedLines {

    /** What a line has beyond is dropped, so that a program that never ends its line takes no more memory than this. */
    private static final int LONGEST_BYTES = 4 * 1024;

    private static final int STREAMS = 3;

    /** Control sequences of terminals (ECMA-48), as the page's {@code ansi.js} knows them, and what else is not printed. */
    private static final Pattern CONTROL =
            Pattern.compile("\\x1b(?:\\[[0-9;:?]*[@-~]|\\][^\\x07\\x1b]*+(?:\\x07|\\x1b\\\\)|[()*+][0-9A-Za-z]"
                    + "|[@-Z\\\\^_=>78])|[\\x00-\\x08\\x0b-\\x1f\\x7f]");

    private final @Nullable Open[] open = new Open[STREAMS];
    private final Consumer<Line> told;
    private int begun;

    /** @param told is given each line as it ends */
    NumberedLines(Consumer<Line> told) {
        this.told = told;
    }

    /**
     * A line without its end and its colours.
     *
     * @param number from 1
     * @param stream as of {@link LogReader.Piece}
     */
    record Line(int number, int stream, String text) {}

    void add(LogReader.Piece piece) {
        int stream = piece.stream() > 0 && piece.stream() < STREAMS ? piece.stream() : 0;
        for (byte next : piece.bytes()) {
            var line = open[stream];
            if (line == null) {
                line = new Open(++begun);
                open[stream] = line;
            }
            if (next == '\n') {
                open[stream] = null;
                told.accept(line.ended(stream));
            } else {
                line.add(next);
            }
        }
    }

    /** Tells what is left at the log's end. */
    void end() {
        for (int stream = 0; stream < STREAMS; stream++) {
            var line = open[stream];
            if (line != null) {
                open[stream] = null;
                told.accept(line.ended(stream));
            }
        }
    }

    private static final class Open {

        private final int number;
        private byte[] bytes = new byte[128];
        private int size;
        private boolean returned;
        private boolean controlled;

        Open(int number) {
            this.number = number;
        }

        /** What follows a carriage return takes the place of what stood before it; at the end of a line, nothing follows. */
        void add(byte next) {
            if (next == '\r') {
                returned = true;
                return;
            }
            if (returned) {
                returned = false;
                size = 0;
            }
            if (size == LONGEST_BYTES) {
                return;
            }
            if (size == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * size);
            }
            controlled |= next >= 0 && next < ' ' && next != '\t' || next == 0x7f;
            bytes[size++] = next;
        }

        Line ended(int stream) {
            var text = new String(bytes, 0, size, UTF_8);
            var plain = controlled ? CONTROL.matcher(text).replaceAll("") : text;
            return new Line(number, stream, plain.stripTrailing());
        }
    }
}
