package dev.coil.viewer.archive;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The entries of those archives that were looked at last. They are read one after the other, so that their memory is bounded. */
final class Trees {

    /** Reads the entries of an archive. */
    @FunctionalInterface
    interface Reading {
        Tree read() throws IOException;
    }

    private final int most;
    private final Map<String, Tree> trees = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

    /** @param most how many entries are remembered */
    Trees(int most) {
        this.most = most;
    }

    synchronized Tree get(String archive, Reading reading) throws IOException {
        var known = trees.get(archive);
        if (known != null) {
            return known;
        }
        var tree = reading.read();
        trees.put(archive, tree);
        size += tree.weight();
        var oldest = trees.values().iterator();
        while (size > most && trees.size() > 1) {
            size -= oldest.next().weight();
            oldest.remove();
        }
        return tree;
    }
}
