package dev.coil.worker.host;

import java.io.IOException;
import java.nio.file.Path;

/** Another worker has the directory; the message says which process, and what to do. */
public final class DirectoryInUse extends IOException {

    DirectoryInUse(Path directory, String process) {
        super("another worker uses " + directory + (process.isEmpty() ? "" : " (process " + process + ")")
                + "; give this one a directory of its own, or stop that one");
    }
}
