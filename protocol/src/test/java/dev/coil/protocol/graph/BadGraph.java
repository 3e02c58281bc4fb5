package dev.coil.protocol.graph;

import java.util.ArrayList;
import java.util.List;

/** A part of a golden file of bad graphs: a title, a graph, and after the arrow what is said of it. */
record BadGraph(String title, String graph) {

    private static final String TITLE = "#### ";
    private static final String ARROW = "=>\n";

    static List<BadGraph> read(String text) {
        var samples = new ArrayList<BadGraph>();
        for (var part : ("\n" + text.stripTrailing()).split("\n" + TITLE)) {
            if (!part.isEmpty()) {
                part += "\n";
                int line = part.indexOf('\n') + 1;
                int arrow = part.startsWith(ARROW, line) ? line : part.indexOf("\n" + ARROW) + 1;
                samples.add(new BadGraph(part.substring(0, line - 1), part.substring(line, arrow)));
            }
        }
        return samples;
    }

    /** As it stands in the file. */
    String with(String messages) {
        return TITLE + title + '\n' + graph + ARROW + messages;
    }
}
