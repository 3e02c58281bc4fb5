package dev.coil.viewer.archive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an archive by directory. Names are looked up here and nowhere else, so none leads out of the archive; what is named as
 * if it did is left out, and counted. Of several entries of one path the last one counts, as for whoever unpacks it.
 */
public final class Tree {

    /** What becomes an entry, once its path is known to be one. */
    interface Making {
        Entry named(String name);
    }

    /** How long names may be on average, where an archive has as many entries as it may. */
    private static final int LETTERS = 100;

    private static final int DEEPEST = 200;
    private static final int USUAL_NAME = 50;

    /** Paths end with a slash, but for that of the archive itself, which is empty. */
    private final Map<String, NavigableMap<String, Entry>> directories = new HashMap<>();

    private final int most;
    private int size;

    /** Of all names and directories' paths together: what fills the memory. */
    private long letters;

    private int leftOut;

    /** @param most how many entries are read */
    Tree(int most) {
        this.most = most;
        directories.put("", new TreeMap<>());
    }

    void add(String path, Making making) throws Unreadable {
        var parts = parts(path);
        if (parts == null) {
            leftOut++;
            count(0);
        } else if (!parts.isEmpty()) {
            int last = parts.size() - 1;
            var parent = parent(parts.subList(0, last));
            var entry = making.named(parts.get(last));
            put(parent, entry);
            if (entry.kind() == Entry.Kind.DIRECTORY) {
                begin(parent + entry.name() + "/");
            }
        }
    }

    private String parent(List<String> parts) throws Unreadable {
        var path = "";
        for (var part : parts) {
            var child = path + part + "/";
            if (!directories.containsKey(child)) {
                put(path, Entry.directory(part));
                begin(child);
            }
            path = child;
        }
        return path;
    }

    private void begin(String directory) throws Unreadable {
        if (directories.putIfAbsent(directory, new TreeMap<>()) == null) {
            count(directory.length());
        }
    }

    private void put(String directory, Entry entry) throws Unreadable {
        if (directories.getOrDefault(directory, new TreeMap<>()).put(entry.name(), entry) == null) {
            size++;
        }
        var target = entry.target();
        count(entry.name().length() + (target == null ? 0 : target.length()));
    }

    private void count(int more) throws Unreadable {
        letters += more;
        if (size + leftOut > most || letters > (long) most * LETTERS) {
            throw new Unreadable("holds more than " + most + " entries, or has very long names: it is too large to be"
                    + " shown here");
        }
    }

    /** @return {@code null} if the path leads out of the archive or too deep, or names nothing that a file can be called */
    private static @Nullable List<String> parts(String path) {
        if (path.startsWith("/") || path.indexOf('\0') >= 0) {
            return null;
        }
        var parts = new ArrayList<String>();
        for (var part : path.split("/")) {
            if (part.equals("..")) {
                return null;
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts.size() > DEEPEST ? null : parts;
    }

    /**
     * What is at a path; {@code null} if nothing is.
     *
     * @param path without a slash at its end
     */
    public @Nullable Entry find(String path) {
        int slash = path.lastIndexOf('/') + 1;
        var directory = directories.get(path.substring(0, slash));
        return directory == null ? null : directory.get(path.substring(slash));
    }

    /** What a path in the form of an archive's own entries names; {@code null} if that is nothing. */
    @Nullable
    Entry findAsWritten(String path) {
        var parts = parts(path);
        return parts == null ? null : find(String.join("/", parts));
    }

    /**
     * The entries of a directory by name; {@code null} if there is none.
     *
     * @param path empty, or with a slash at its end
     */
    public @Nullable NavigableMap<String, Entry> directory(String path) {
        var found = directories.get(path);
        return found == null ? null : Collections.unmodifiableNavigableMap(found);
    }

    /** What it takes to remember it, in entries of usual names. */
    long weight() {
        return 1 + size + letters / USUAL_NAME;
    }

    /** How many entries there are, directories that are merely named in paths among them. */
    int size() {
        return size;
    }

    /** How many entries have names that lead out of the archive. */
    public int leftOut() {
        return leftOut;
    }
}
