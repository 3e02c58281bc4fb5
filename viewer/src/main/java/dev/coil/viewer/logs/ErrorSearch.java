package dev.coil.viewer.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Finds the lines of a log that say what went wrong. It holds no more than those. */
public final class ErrorSearch {

    private static final int MOST_LINES = 10;
    private static final int LONGEST = 500;
    private static final int PIECE_BYTES = 256 * 1024;

    public static final Found NOTHING = new Found(List.of(), 0);

    private final Map<ErrorLines.Strength, Kept> kept = new EnumMap<>(ErrorLines.Strength.class);
    private final NumberedLines lines = new NumberedLines(this::look);

    private ErrorSearch() {}

    /**
     * One such line.
     *
     * @param line its number on the log page, from 1
     * @param stream as of {@link LogReader.Piece}
     * @param text without colours, and not all of a long one
     */
    public record ErrorLine(int line, int stream, String text) {}

    /**
     * Lines of the most telling kind that there is, the likeliest to be the cause first: of causes the first ones in their order, as the first
     * error mostly causes the others; of complaints the last ones, the very last first, as a script goes on behind most of them and ends
     * at the one that counts.
     *
     * @param more how many further lines there are of that kind
     */
    public record Found(List<ErrorLine> lines, int more) {}

    /** Reads what is here of a log. */
    public static Found in(LogReader log) throws IOException {
        var search = new ErrorSearch();
        for (var pieces = log.read(PIECE_BYTES); !pieces.isEmpty(); pieces = log.read(PIECE_BYTES)) {
            pieces.forEach(search.lines::add);
        }
        search.lines.end();
        return search.found();
    }

    private void look(NumberedLines.Line line) {
        var strength = ErrorLines.strength(line.text());
        if (strength != null) {
            kept.computeIfAbsent(strength, Kept::new).add(line);
        }
    }

    private Found found() {
        return kept.isEmpty() ? NOTHING : kept.values().iterator().next().found();
    }

    /** The lines of one strength that are likeliest; a line may end, and so be told, after some that began later. */
    private static final class Kept {

        private final Comparator<ErrorLine> likeliestFirst;
        private final PriorityQueue<ErrorLine> likeliestLast;
        private int more;

        Kept(ErrorLines.Strength strength) {
            var byPlace = Comparator.comparingInt(ErrorLine::line);
            likeliestFirst = strength == ErrorLines.Strength.COMPLAINT ? byPlace.reversed() : byPlace;
            likeliestLast = new PriorityQueue<>(likeliestFirst.reversed());
        }

        void add(NumberedLines.Line line) {
            likeliestLast.add(new ErrorLine(line.number(), line.stream(), cut(line.text())));
            if (likeliestLast.size() > MOST_LINES) {
                likeliestLast.remove();
                more++;
            }
        }

        Found found() {
            var lines = new ArrayList<>(likeliestLast);
            lines.sort(likeliestFirst);
            return new Found(List.copyOf(lines), more);
        }

        private static String cut(String text) {
            if (text.length() <= LONGEST) {
                return text;
            }
            int end = Character.isHighSurrogate(text.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
            return text.substring(0, end) + "…";
        }
    }
}
