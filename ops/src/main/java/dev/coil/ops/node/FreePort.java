package dev.coil.ops.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds loopback ports that nobody listens on. */
final class FreePort {

    private FreePort() {}

    static int find() {
        try {
            return take(0);
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on the loopback interface", e);
        }
    }

    /** Another port than this one, on which nobody may listen yet either. */
    static int besides(int taken) {
        int port = find();
        while (port == taken) {
            port = find();
        }
        return port;
    }

    /** The port that the file remembers if it is free, else another one, which the file remembers from then on. */
    static int remembered(Path file) throws IOException {
        try {
            return take(Integer.parseInt(Files.readString(file).strip()));
        } catch (IOException | IllegalArgumentException absentOrTaken) {
            int port = find();
            Files.createDirectories(file.getParent());
            Files.writeString(file, Integer.toString(port));
            return port;
        }
    }

    private static int take(int port) throws IOException {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
