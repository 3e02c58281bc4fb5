package dev.coil.viewer.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * An archive that can be looked into until it is closed. Its paths go on into zips that it holds, as if these were directories; into
 * those that it holds itself, not into zips within zips.
 */
public final class OpenArchive implements AutoCloseable {

    private final String name;
    private final Region all;
    private final Tree tree;
    private final Trees trees;
    private final ArchiveLimits limits;

    OpenArchive(String name, Region all, Tree tree, Trees trees, ArchiveLimits limits) {
        this.name = name;
        this.all = all;
        this.tree = tree;
        this.trees = trees;
        this.limits = limits;
    }

    /** Where a path is looked up: in the archive, or in a zip that it holds. */
    private record Part(Tree tree, Region region, String path) {}

    /**
     * A directory, or a zip as one.
     *
     * @param leftOut how many entries of the whole archive, or zip, have names that lead out of it
     */
    public record Directory(NavigableMap<String, Entry> entries, int leftOut) {}

    /**
     * What a directory holds; {@code null} if there is none of that path.
     *
     * @param path empty, or with a slash at its end
     * @throws Unreadable if it goes on into a zip that is damaged or too large
     */
    public @Nullable Directory directory(String path) throws IOException {
        var part = part(path);
        var entries = part.tree.directory(part.path);
        return entries == null ? null : new Directory(entries, part.tree.leftOut());
    }

    /** What is at a path; {@code null} if nothing is. */
    public @Nullable Entry find(String path) throws IOException {
        var part = part(path);
        return part.tree.find(part.path);
    }

    /**
     * The content of a file, which is read as it comes.
     *
     * @throws Unreadable if it is in a form that cannot be read
     */
    public InputStream read(String path) throws IOException {
        var part = part(path);
        var entry = part.tree.find(part.path);
        if (entry == null || entry.place() == null) {
            throw new Unreadable("has no file " + path);
        }
        return entry.place() instanceof Entry.Place.Zipped zipped
                ? ZipReader.open(part.region, zipped, entry.bytes())
                : plain(part.region, entry).stream(0, entry.bytes());
    }

    /** Whether any place in a file is reached at once; else everything before it has to be unpacked. */
    public boolean isSeekable(String path) throws IOException {
        var part = part(path);
        var entry = part.tree.find(part.path);
        return entry != null && entry.place() instanceof Entry.Place.Plain;
    }

    private static Region plain(Region region, Entry entry) throws Unreadable {
        if (entry.place() instanceof Entry.Place.Plain plain) {
            return region.part(plain.at(), entry.bytes());
        }
        throw new Unreadable(
                entry.place() instanceof Entry.Place.Closed closed ? closed.why() : "is not what it was a moment ago");
    }

    private Part part(String path) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            var holder = path.substring(0, slash);
            var entry = tree.find(holder);
            if (entry != null && entry.isArchive()) {
                var zip = plain(all, entry);
                var within =
                        trees.get(name + "/" + holder, () -> ZipReader.read(zip, limits.entries(), limits.directory()));
                return new Part(within, zip, path.substring(slash + 1));
            }
        }
        return new Part(tree, all, path);
    }

    @Override
    public void close() throws IOException {
        all.file().close();
    }
}
