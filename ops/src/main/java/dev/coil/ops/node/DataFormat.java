package dev.coil.ops.node;

import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;

/** In which format a node's directory is: the content of its {@code format}, a number. A program writes its own, and reads that and older ones. */
final class DataFormat {

    static final int CURRENT = 1;

    private DataFormat() {}

    /** @throws NodeStartException if a newer program has written there */
    static void claim(NodeHome home) {
        int found = read(home);
        if (found > CURRENT) {
            throw new NodeStartException("the data in " + home.directory() + " are of a newer Coil (format " + found
                    + "; this one, " + Version.NUMBER + ", knows formats up to " + CURRENT
                    + "): start that one, or take another directory with COIL_HOME");
        }
        if (found < CURRENT) {
            try {
                Files.writeString(home.format(), CURRENT + "\n");
            } catch (IOException e) {
                throw new NodeStartException("cannot write to the node's directory: " + Reason.of(e), e);
            }
        }
    }

    /** 0 if nobody has said. */
    private static int read(NodeHome home) {
        String text;
        try {
            text = Files.readString(home.format()).strip();
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new NodeStartException("cannot read the node's directory: " + Reason.of(e), e);
        }
        try {
            return text.isEmpty() ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new NodeStartException(home.format() + " is damaged: expected the number of a format, up to "
                    + CURRENT + ", and found '" + text + "'. If no newer Coil has written there, remove the file");
        }
    }
}
