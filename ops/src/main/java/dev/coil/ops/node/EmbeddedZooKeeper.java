package dev.coil.ops.node;

import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;

/** A real ZooKeeper server on a loopback port, with its data in a directory that outlives it. */
public final class EmbeddedZooKeeper implements AutoCloseable {

    /** Sessions may last from twice to twenty times this. */
    private static final int TICK_MILLIS = 500;

    private static final int CONNECTIONS = 1_000;

    private static final int SNAPSHOTS_KEPT = 3;

    private final ServerCnxnFactory connections;
    private final FileTxnSnapLog files;

    private EmbeddedZooKeeper(ServerCnxnFactory connections, FileTxnSnapLog files) {
        this.connections = connections;
        this.files = files;
    }

    /** Starts a server on a free port. */
    public static EmbeddedZooKeeper start(Path directory) throws IOException {
        return start(directory, 0);
    }

    /** Starts a server on this port; 0 for a free one. */
    public static EmbeddedZooKeeper start(Path directory, int port) throws IOException {
        Files.createDirectories(directory);
        System.setProperty("zookeeper.admin.enableServer", "false");
        System.setProperty("zookeeper.snapshot.trust.empty", "true");
        // It holds who is present and nothing else, which no power failure leaves true.
        System.setProperty("zookeeper.forceSync", "no");
        var files = new FileTxnSnapLog(directory.toFile(), directory.toFile());
        purge(files);
        var server = new ZooKeeperServer(files, TICK_MILLIS, "") {
            @Override
            protected void setState(State state) {
                super.setState(state);
                if (state == State.ERROR) {
                    ServerDeath.died("ZooKeeper");
                }
            }
        };
        var connections = new NIOServerCnxnFactory();
        connections.configure(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), CONNECTIONS);
        try {
            connections.startup(server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting ZooKeeper", e);
        } catch (IOException e) {
            throw new IOException(
                    Reason.of(e)
                            + ". 'coil up --repair' makes its data anew: it holds who is present, and nothing else",
                    e);
        }
        return new EmbeddedZooKeeper(connections, files);
    }

    /** Deletes what no start will read any more. (ZooKeeper's own purge prints to standard output.) */
    private static void purge(FileTxnSnapLog files) throws IOException {
        var snapshots = files.findNRecentSnapshots(SNAPSHOTS_KEPT);
        if (snapshots.size() < SNAPSHOTS_KEPT) {
            return;
        }
        var oldest = snapshots.get(snapshots.size() - 1);
        var kept = new HashSet<>(snapshots);
        kept.addAll(List.of(files.getSnapshotLogs(Util.getZxidFromName(oldest.getName(), "snapshot"))));
        try (var present = Files.list(files.getSnapDir().toPath())) {
            for (var file : present.map(Path::toFile).toList()) {
                if (!kept.contains(file) && file.getName().matches("(snapshot|log)\\..*")) {
                    Files.delete(file.toPath());
                }
            }
        }
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
