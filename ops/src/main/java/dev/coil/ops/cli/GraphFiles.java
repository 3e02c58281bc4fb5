package dev.coil.ops.cli;

import dev.coil.ops.checkout.GraphText;
import java.io.IOException;

/** Reads the graph that {@code -f} names. */
final class GraphFiles {

    private GraphFiles() {}

    /** @param file as the user gave it; {@code -} for standard input */
    static GraphText read(World world, String file) {
        if (!file.equals("-")) {
            return GraphText.read(world.directory().resolve(file), file);
        }
        try {
            return GraphText.read(world.in(), "-");
        } catch (IOException e) {
            throw CommandFailed.error("cannot read the graph from standard input: " + e.getMessage());
        }
    }
}
