package dev.coil.ops.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Columns of text: aligned, two spaces apart, with a heading. */
final class Table {

    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();
    private final Map<Integer, String> below = new HashMap<>();

    Table(String... heading) {
        this.heading = List.of(heading);
    }

    Table row(Object... cells) {
        var row = new ArrayList<String>();
        for (var cell : cells) {
            row.add(cell == null ? "" : cell.toString().replaceAll("\\p{Cntrl}", " "));
        }
        rows.add(row);
        return this;
    }

    /** A line below the last row, as it is. */
    Table below(String line) {
        below.put(rows.size(), line);
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<String> lines() {
        var widths = new int[heading.size()];
        var all = new ArrayList<List<String>>();
        all.add(heading);
        all.addAll(rows);
        for (var row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var lines = new ArrayList<String>();
        for (int i = 0; i < all.size(); i++) {
            lines.add(line(all.get(i), widths));
            if (below.containsKey(i)) {
                lines.add(below.get(i));
            }
        }
        return lines;
    }

    private static String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
