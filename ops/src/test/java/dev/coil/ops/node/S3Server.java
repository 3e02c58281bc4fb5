package dev.coil.ops.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A server that speaks S3, as a process of its own, with its objects as files in a directory. */
public final class S3Server implements AutoCloseable {

    public static final String BUCKET = "coil";
    public static final String KEY = "a-key";
    public static final String SECRET = "a-secret";

    private static final Path PROGRAM = Path.of("..", "scheduler", "target", "s3-server", "s3proxy.jar");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Path directory;
    private final int port;
    private final Process process;

    private S3Server(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    public static S3Server start(Path directory) throws Exception {
        int port = freePort();
        var settings = new Properties();
        settings.setProperty("s3proxy.endpoint", "http://127.0.0.1:" + port);
        settings.setProperty("s3proxy.authorization", "aws-v2-or-v4");
        settings.setProperty("s3proxy.identity", KEY);
        settings.setProperty("s3proxy.credential", SECRET);
        settings.setProperty("jclouds.provider", "filesystem-nio2");
        settings.setProperty(
                "jclouds.filesystem.basedir",
                Files.createDirectories(directory.resolve("data")).toString());
        var file = directory.resolve("s3proxy.conf");
        try (var out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        Files.createDirectories(directory.resolve("data").resolve(BUCKET));
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        PROGRAM.toAbsolutePath().toString(),
                        "--properties",
                        file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3proxy.log").toFile())
                .start();
        var server = new S3Server(directory, port, process);
        server.awaitUp();
        return server;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitUp() throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!answers()) {
            if (System.nanoTime() > end || process.waitFor(50, TimeUnit.MILLISECONDS)) {
                close();
                throw new IllegalStateException("no S3 server: " + Files.readString(directory.resolve("s3proxy.log")));
            }
        }
    }

    private boolean answers() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
