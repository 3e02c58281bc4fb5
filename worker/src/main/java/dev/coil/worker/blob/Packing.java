package dev.coil.worker.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
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

    private final Path root;
    private final Eyes eyes;
    private final Consumer<String> notes;
    private final List<Item> items = new ArrayList<>();

    /** What is to be an entry, as it was when it was looked at. */
    private record Item(Path path, String name, BasicFileAttributes attributes) {}

    private Packing(Path root, Eyes eyes, Consumer<String> notes) {
        this.root = root;
        this.eyes = eyes;
        this.notes = notes;
    }

    /** Archives everything below a directory; the directory is the archive's root. {@code notes} hears what is left out. */
    public static Packed directory(Path directory, Path archive, Eyes eyes, Consumer<String> notes) throws IOException {
        var packing = new Packing(directory, eyes, notes);
        packing.root();
        for (var path : eyes.below(directory)) {
            packing.add(path);
        }
        return packing.write(archive);
    }

    /** Archives one file, or what a symbolic link to one leads to, under its bare name. */
    public static Packed file(Path file, Path archive, Eyes eyes, Consumer<String> notes) throws IOException {
        var packing = new Packing(Objects.requireNonNull(file.getParent()), eyes, notes);
        packing.add(file, Files.readAttributes(file, BasicFileAttributes.class));
        return packing.write(archive);
    }

    /** Archives files and directories, with all below them, under their names relative to {@code root}. */
    public static Packed paths(Path root, Collection<Path> paths, Path archive, Eyes eyes, Consumer<String> notes)
            throws IOException {
        var packing = new Packing(root, eyes, notes);
        packing.root();
        for (var path : paths.stream().sorted(Eyes.ORDER).toList()) {
            packing.add(path);
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                for (var below : eyes.below(path)) {
                    packing.add(below);
                }
            }
        }
        return packing.write(archive);
    }

    private void root() throws IOException {
        var attributes = Files.readAttributes(root, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        items.add(new Item(root, ".", attributes));
    }

    private void add(Path path) throws IOException {
        add(path, Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }

    private void add(Path path, BasicFileAttributes attributes) throws IOException {
        var name = name(root, path);
        if (attributes.isOther()) {
            notes.accept("left out of the archive, as it is neither file, directory nor link: " + name);
        } else {
            items.add(new Item(path, name, attributes));
        }
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

    private Packed write(Path archive) throws IOException {
        var fast = new GzipParameters();
        fast.setCompressionLevel(Deflater.BEST_SPEED);
        fast.setBufferSize(64 * 1024);
        var digest = Digests.sha256();
        var files = items.stream()
                .filter(item -> item.attributes().isRegularFile())
                .map(Item::path)
                .toList();
        try (var contents = eyes.contents(files);
                var file = Files.newOutputStream(archive);
                var hashed = new DigestOutputStream(file, digest);
                var zipped = new GzipCompressorOutputStream(hashed, fast);
                var tar = new TarArchiveOutputStream(zipped, UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (var item : items) {
                put(item, contents, tar);
            }
            tar.finish();
        }
        int others = (int)
                items.stream().filter(item -> !item.attributes().isDirectory()).count();
        return new Packed(archive, HexFormat.of().formatHex(digest.digest()), Files.size(archive), others);
    }

    private static void put(Item item, Eyes.Contents contents, TarArchiveOutputStream tar) throws IOException {
        var attributes = item.attributes();
        TarArchiveEntry entry;
        if (attributes.isSymbolicLink()) {
            entry = new TarArchiveEntry(item.name(), TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(item.path()).toString());
            entry.setLastModifiedTime(attributes.lastModifiedTime());
        } else {
            entry = entry(item.name() + (attributes.isDirectory() ? "/" : ""), item.path(), attributes);
        }
        if (attributes.isRegularFile()) {
            entry.setSize(attributes.size());
        }
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
        if (attributes.isRegularFile()) {
            // A file that some leftover process still changes must not tear the archive.
            contents.copyNext(attributes.size(), tar);
        }
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(String name, Path path, BasicFileAttributes attributes) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setMode(FileModes.of(path, attributes.isDirectory()));
        entry.setLastModifiedTime(attributes.lastModifiedTime());
        return entry;
    }
}
