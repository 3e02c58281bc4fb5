package dev.coil.ops.node;

import dev.coil.ops.files.FileTree;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Where Netty unpacks what is not Java: in the node's directory, as a killed process would leave a copy in the system's temporary one. */
final class NativeLibraries {

    private static final String PLACE = "io.netty.native.workdir";

    private NativeLibraries() {}

    /** Effective for the first node of a process, before anything was unpacked. */
    static void keepIn(NodeHome home) {
        try {
            FileTree.delete(home.nativeLibraries());
            Files.createDirectories(home.nativeLibraries());
        } catch (IOException e) {
            throw new NodeStartException("cannot write to the node's directory: " + Reason.of(e), e);
        } catch (UncheckedIOException e) {
            throw new NodeStartException("cannot write to the node's directory: " + Reason.of(e.getCause()), e);
        }
        if (System.getProperty(PLACE) == null) {
            System.setProperty(PLACE, home.nativeLibraries().toString());
        }
    }
}
