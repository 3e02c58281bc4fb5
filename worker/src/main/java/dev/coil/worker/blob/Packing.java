package dev.coil.worker.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * Writes archives: gzip-compressed tar in the pax format, entries in order of their names, with mode bits, symbolic links and
 * times to 100 ns, so that {@code make} sees in an unpacked tree what it saw in the first one. The same files make the
 * same bytes. Owners are not kept; sockets, pipes and devices are left out. A directory's archive begins with the entry
 * {@code ./}; without it the archive is of one file.
 */
public final class Packing {

    private static final char UNREADABLE = '\uFFFD';

    /** An archive as it was written; {@code bytes} is its size, {@code files} counts all but directories. */
    public record Packed(Path file, String sha256, long bytes, int files) {}

    private final TarArchiveOutputStream tar;
    private final Path root;
    private final Consumer<String> notes;
    private int files;

    private Packing(TarArchiveOutputStream tar, Path root, Consumer<String> notes) {
        this.tar = tar;
        this.root = root;
        this.notes = notes;
    }

    /** Archives everything below a directory; the directory is the archive's root. {@code notes} hears what is left out. */
    public static Packed directory(Path directory, Path archive, Consumer<String> notes) throws IOException {
        return write(directory, archive, notes, packing -> {
            packing.root();
            packing.children(directory);
        });
    }

    /** Archives one file, or what a symbolic link to one leads to, under its bare name. */
    public static Packed file(Path file, Path archive, Consumer<String> notes) throws IOException {
        return write(Objects.requireNonNull(file.getParent()), archive, notes, packing -> packing.file(file));
    }

    /** Archives files and directories, with all below them, under their names relative to {@code root}. */
    public static Packed paths(Path root, Collection<Path> paths, Path archive, Consumer<String> notes)
            throws IOException {
        return write(root, archive, notes, packing -> {
            packing.root();
            for (var path : inOrder(root, paths)) {
                packing.add(path);
            }
        });
    }

    private interface Content {
        void addTo(Packing packing) throws IOException;
    }

    private static Packed write(Path root, Path archive, Consumer<String> notes, Content content) throws IOException {
        var fast = new GzipParameters();
        fast.setCompressionLevel(Deflater.BEST_SPEED);
        fast.setBufferSize(64 * 1024);
        var digest = Digests.sha256();
        int files;
        try (var file = Files.newOutputStream(archive);
                var hashed = new DigestOutputStream(file, digest);
                var zipped = new GzipCompressorOutputStream(hashed, fast);
                var tar = new TarArchiveOutputStream(zipped, UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            var packing = new Packing(tar, root, notes);
            content.addTo(packing);
            tar.finish();
            files = packing.files;
        }
        return new Packed(archive, HexFormat.of().formatHex(digest.digest()), Files.size(archive), files);
    }

    private static Collection<Path> inOrder(Path root, Collection<Path> paths) throws FileSystemException {
        var byName = new TreeMap<String, Path>();
        for (var path : paths) {
            byName.put(name(root, path), path);
        }
        return byName.values();
    }

    /** Java reads names in the character set of the worker's locale; of what is not in it nobody could tell the name again. */
    private static String name(Path root, Path path) throws FileSystemException {
        var name = root.relativize(path).toString();
        if (name.indexOf(UNREADABLE) >= 0) {
            throw new FileSystemException(
                    name,
                    null,
                    "the name has bytes that are not of the worker's character set, "
                            + System.getProperty("sun.jnu.encoding"));
        }
        return name.replace('\\', '/');
    }

    private void root() throws IOException {
        var attributes = Files.readAttributes(root, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        put(entry("./", root, attributes), OutputStream::flush);
    }

    private void children(Path directory) throws IOException {
        Collection<Path> entries;
        try (var stream = Files.list(directory)) {
            entries = inOrder(root, stream.toList());
        }
        for (var entry : entries) {
            add(entry);
        }
    }

    private void add(Path path) throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            put(entry(name(root, path) + "/", path, attributes), OutputStream::flush);
            children(path);
        } else if (attributes.isSymbolicLink()) {
            var entry = new TarArchiveEntry(name(root, path), TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(path).toString());
            entry.setLastModifiedTime(attributes.lastModifiedTime());
            put(entry, OutputStream::flush);
            files++;
        } else if (attributes.isRegularFile()) {
            file(path);
        } else {
            notes.accept("left out of the archive, as it is neither file, directory nor link: " + name(root, path));
        }
    }

    private void file(Path path) throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        var entry = entry(name(root, path), path, attributes);
        entry.setSize(attributes.size());
        put(entry, out -> copy(path, attributes.size(), out));
        files++;
    }

    private interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    private void put(TarArchiveEntry entry, Body body) throws IOException {
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
        body.writeTo(tar);
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(String name, Path path, BasicFileAttributes attributes) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setMode(FileModes.of(path, attributes.isDirectory()));
        entry.setLastModifiedTime(attributes.lastModifiedTime());
        return entry;
    }

    /** A file that some leftover process still changes must not tear the archive: exactly {@code size} bytes of it are taken. */
    private static void copy(Path path, long size, OutputStream out) throws IOException {
        var buffer = new byte[64 * 1024];
        long left = size;
        try (var in = Files.newInputStream(path)) {
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new IOException(path + " shrank while it was archived");
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
    }
}
