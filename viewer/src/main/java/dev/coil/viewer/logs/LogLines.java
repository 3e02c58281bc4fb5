package dev.coil.viewer.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Puts the pieces of a log together to lines, each of one stream; a line stands where it ended. */
public final class LogLines {

    /** What is longer is cut, so that a program that never ends its line takes no more memory than this. */
    private static final int LONGEST = 256 * 1024;

    private static final int STREAMS = 3;

    private final ByteArrayOutputStream[] open = new ByteArrayOutputStream[STREAMS];
    private final long[] openedAt = new long[STREAMS];

    public LogLines() {
        for (int i = 0; i < STREAMS; i++) {
            open[i] = new ByteArrayOutputStream();
        }
    }

    /**
     * A line without its end.
     *
     * @param at when its first byte was printed, in milliseconds since the epoch
     * @param stream as of {@link LogReader.Piece}
     */
    public record Line(long at, int stream, String text) {}

    /** The lines that this piece ends. */
    public List<Line> add(LogReader.Piece piece) {
        var lines = new ArrayList<Line>();
        int stream = piece.stream() > 0 && piece.stream() < STREAMS ? piece.stream() : 0;
        var bytes = piece.bytes();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n' || open[stream].size() + i - start >= LONGEST) {
                boolean ended = bytes[i] == '\n';
                append(stream, piece.at(), bytes, start, ended ? i : i + 1);
                lines.add(take(stream));
                start = i + 1;
            }
        }
        append(stream, piece.at(), bytes, start, bytes.length);
        return lines;
    }

    /** What is left at the log's end. */
    public List<Line> end() {
        var lines = new ArrayList<Line>();
        for (int stream = 0; stream < STREAMS; stream++) {
            if (open[stream].size() > 0) {
                lines.add(take(stream));
            }
        }
        return lines;
    }

    private void append(int stream, long at, byte[] bytes, int from, int to) {
        if (open[stream].size() == 0) {
            openedAt[stream] = at;
        }
        open[stream].write(bytes, from, to - from);
    }

    private Line take(int stream) {
        var line = new Line(openedAt[stream], stream, open[stream].toString(UTF_8));
        open[stream].reset();
        return line;
    }
}
