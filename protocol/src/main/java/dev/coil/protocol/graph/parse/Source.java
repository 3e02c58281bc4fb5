package dev.coil.protocol.graph.parse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of a file, to find places in it. */
final class Source {

    private final String text;
    private final @Nullable String file;
    private final List<Integer> lines = new ArrayList<>();

    /** @param file its name, where it is another file than the one that is read */
    Source(String text, @Nullable String file) {
        this.text = text;
        this.file = file;
        lines.add(0);
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            lines.add(i + 1);
        }
    }

    /** The place of the n-th {@code needle} from {@code start} on, counted from 0; {@code start} itself if there are fewer. */
    Position find(Position start, String needle, int n) {
        int lineStart = lines.get(start.line() - 1);
        int index = text.offsetByCodePoints(lineStart, start.column() - 1) - needle.length();
        for (int i = 0; i <= n; i++) {
            index = text.indexOf(needle, index + needle.length());
            if (index < 0) {
                return start;
            }
        }
        return position(index);
    }

    Position position(int index) {
        int found = Collections.binarySearch(lines, index);
        int line = found >= 0 ? found : -found - 2;
        return new Position(line + 1, text.codePointCount(lines.get(line), index) + 1, file);
    }

    /** The number of the first line that begins so; 0 if there is none. */
    int lineThatBegins(String prefix) {
        for (int i = 0; i < lines.size(); i++) {
            if (text.startsWith(prefix, lines.get(i))) {
                return i + 1;
            }
        }
        return 0;
    }

    /** A line, from 1, without its end. */
    String line(int line) {
        if (line > lines.size()) {
            return "";
        }
        int start = lines.get(line - 1);
        int end = line < lines.size() ? lines.get(line) - 1 : text.length();
        return text.substring(start, end);
    }
}
