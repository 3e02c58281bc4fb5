package dev.coil.ops.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Passes TCP connections on to a local port, until the network is cut. */
public final class CuttableProxy implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;

    private final int target;
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong passed = new AtomicLong();
    private volatile long most = Long.MAX_VALUE;
    private volatile boolean cut;

    public CuttableProxy(int target) throws IOException {
        this.target = target;
        daemon(this::accept);
    }

    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    public void cut() throws IOException {
        cut = true;
        for (var connection : connections) {
            connection.close();
        }
    }

    /** Cuts the network once so many bytes more have passed. */
    void cutAfter(long bytes) {
        most = passed.get() + bytes;
    }

    /** How many bytes have passed, in both directions. */
    long passed() {
        return passed.get();
    }

    boolean isCut() {
        return cut;
    }

    public void heal() {
        cut = false;
    }

    private void accept() throws IOException {
        while (true) {
            var near = server.accept();
            if (cut) {
                near.close();
                continue;
            }
            var far = new Socket(InetAddress.getLoopbackAddress(), target);
            connections.add(near);
            connections.add(far);
            daemon(() -> pump(near.getInputStream(), far.getOutputStream(), far));
            daemon(() -> pump(far.getInputStream(), near.getOutputStream(), near));
        }
    }

    private void pump(InputStream from, OutputStream to, Socket other) throws IOException {
        try {
            var buffer = new byte[BUFFER];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.write(buffer, 0, n);
                if (passed.addAndGet(n) > most) {
                    most = Long.MAX_VALUE;
                    cut();
                }
            }
        } finally {
            connections.remove(other);
            other.close();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
