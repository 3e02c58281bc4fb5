package dev.coil.ops.checkout;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A graph file's text.
 *
 * @param file its name in messages: relative to where the user is, if it is below that
 */
public record GraphText(String file, String text) {

    /** The graph file's name in a repository. */
    public static final String FILE = ".coil.yml";

    private static final int LARGEST_FILE = 64 << 20;

    /** A committed one, named by its path from where the user is. */
    static GraphText of(Path file, byte[] content) {
        var name = name(file);
        return new GraphText(name, Utf8.decode(name, content));
    }

    /**
     * Reads the graph of a directory.
     *
     * @throws NoCheckout if there is no such file, or one that cannot be read
     * @throws dev.coil.protocol.graph.GraphException if it is no text
     */
    static GraphText read(Path file) {
        var name = name(file);
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            // Reading a pipe that lies about would wait for ever.
            throw unreadable(name, "it is not a regular file", "replace it, or name another one with -f");
        }
        return read(file, name);
    }

    /**
     * Reads a file that is known to the user by some name. It may be a pipe.
     *
     * @throws NoCheckout if there is no such file, or one that cannot be read
     * @throws dev.coil.protocol.graph.GraphException if it is no text
     */
    public static GraphText read(Path file, String name) {
        if (Files.isDirectory(file)) {
            throw unreadable(
                    name,
                    "it is a directory",
                    file.endsWith(FILE)
                            ? "put a graph file in its place"
                            : "name the file in it, such as " + graphIn(name));
        }
        try (var in = Files.newInputStream(file)) {
            return read(in, name);
        } catch (IOException e) {
            throw unreadable(file, name, e);
        }
    }

    /**
     * Reads a stream to its end.
     *
     * @throws NoCheckout if it is too long
     * @throws dev.coil.protocol.graph.GraphException if it is no text
     */
    public static GraphText read(InputStream in, String name) throws IOException {
        var bytes = in.readNBytes(LARGEST_FILE + 1);
        if (bytes.length > LARGEST_FILE) {
            throw unreadable(
                    name,
                    "it is larger than 64 MiB",
                    "is it the right file? If so, write what repeats with matrix and extends");
        }
        return new GraphText(name, Utf8.decode(name, bytes));
    }

    private static NoCheckout unreadable(Path file, String name, IOException e) {
        if (!Files.exists(file)) {
            var target = target(file);
            return target == null
                    ? unreadable(name, "there is no such file", "check the name, or 'coil init' writes a first one")
                    : unreadable(name, "it is a link to '" + target + "', which is not there", "mend the link");
        }
        if (e instanceof AccessDeniedException) {
            return unreadable(name, "you may not read it", "chmod u+r " + name + ", or run as its owner");
        }
        return unreadable(name, String.valueOf(e.getMessage()).replaceFirst("^.*: ", ""), "is it the right file?");
    }

    /** Where a symbolic link leads; {@code null} for what is none. */
    private static @Nullable String target(Path file) {
        try {
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    ? Files.readSymbolicLink(file).toString()
                    : null;
        } catch (IOException notALink) {
            return null;
        }
    }

    static NoCheckout unreadable(String name, String cause, String remedy) {
        return new NoCheckout("cannot read the graph '" + name + "': " + cause + " (" + remedy + ")");
    }

    private static String graphIn(String directory) {
        return directory.replaceFirst("/+$", "") + '/' + FILE;
    }

    private static String name(Path file) {
        var here = Path.of("").toAbsolutePath();
        return (file.startsWith(here) ? here.relativize(file) : file).toString();
    }
}
