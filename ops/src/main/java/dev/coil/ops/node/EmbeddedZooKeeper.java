package dev.coil.ops.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/** A real ZooKeeper server on a free loopback port, with its data in a directory that outlives it. */
public final class EmbeddedZooKeeper implements AutoCloseable {

    /** Sessions may last from twice to twenty times this. */
    private static final int TICK_MILLIS = 500;

    private final ServerCnxnFactory connections;
    private final FileTxnSnapLog files;

    private EmbeddedZooKeeper(ServerCnxnFactory connections, FileTxnSnapLog files) {
        this.connections = connections;
        this.files = files;
    }

    public static EmbeddedZooKeeper start(Path directory) throws IOException {
        Files.createDirectories(directory);
        System.setProperty("zookeeper.admin.enableServer", "false");
        System.setProperty("zookeeper.snapshot.trust.empty", "true");
        var files = new FileTxnSnapLog(directory.toFile(), directory.toFile());
        var server = new ZooKeeperServer(files, TICK_MILLIS, "");
        var connections = new NIOServerCnxnFactory();
        connections.configure(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 1_000);
        try {
            connections.startup(server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting ZooKeeper", e);
        }
        return new EmbeddedZooKeeper(connections, files);
    }

    /** {@code 127.0.0.1:port} */
    public String connectString() {
        return "127.0.0.1:" + connections.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        connections.shutdown();
        files.close();
    }
}
