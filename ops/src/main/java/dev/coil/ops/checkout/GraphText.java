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

    static GraphText of(Path file, String text) {
        var here = Path.of("").toAbsolutePath();
        return new GraphText((file.startsWith(here) ? here.relativize(file) : file).toString(), text);
    }

    /** @throws NoCheckout if there is no such file, or one that cannot be read */
    public static GraphText read(Path file) {
        try {
            return of(file, Files.readString(file));
        } catch (IOException e) {
            var what = Files.exists(file) ? "it is not readable text" : "there is no such file";
            throw new NoCheckout("cannot read the graph '" + file + "': " + what);
        }
    }
}
