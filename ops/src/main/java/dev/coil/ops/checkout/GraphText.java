package dev.coil.ops.checkout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A graph file's text.
 *
 * @param file its name in messages: relative to where the user is, if it is below that
 */
public record GraphText(String file, String text) {

    /** The graph file's name in a repository. */
    public static final String FILE = ".coil.yml";

    /** Named by its path from where the user is. */
    static GraphText of(Path file, String text) {
        return new GraphText(name(file), text);
    }

    /** @throws NoCheckout if there is no such file, or one that cannot be read */
    static GraphText read(Path file) {
        return read(file, name(file));
    }

    /**
     * Reads a file that is known to the user by some name.
     *
     * @throws NoCheckout if there is no such file, or one that cannot be read
     */
    public static GraphText read(Path file, String name) {
        try {
            return new GraphText(name, Files.readString(file));
        } catch (IOException e) {
            var what = Files.exists(file) ? "it is no file of text" : "there is no such file";
            throw new NoCheckout("cannot read the graph '" + name + "': " + what);
        }
    }

    private static String name(Path file) {
        var here = Path.of("").toAbsolutePath();
        return (file.startsWith(here) ? here.relativize(file) : file).toString();
    }
}
