package dev.coil.ops.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds loopback ports that nobody listens on. Between the search and the server's start anybody may take the port, above all the machine
 * itself, which hands out those of its ephemeral range for every connection: so they are looked for below that range, which begins at
 * 32768 on Linux and at 49152 elsewhere, and no port is found twice in one process.
 */
final class FreePort {

    private static final int FIRST = 12_000;
    private static final int END = 32_768;
    private static final int TRIES = 1_000;
    private static final Set<Integer> FOUND = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    static int find() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && FOUND.add(port)) {
                return port;
            }
        }
        try {
            return take(0);
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on the loopback interface", e);
        }
    }

    private static boolean isFree(int port) {
        try {
            return take(port) == port;
        } catch (IOException taken) {
            return false;
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
