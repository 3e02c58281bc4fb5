package dev.coil.scheduler.blob;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A server that speaks S3, as a process of its own, with its objects as files in a directory. */
final class S3Server implements AutoCloseable {

    static final String BUCKET = "coil";
    static final String KEY = "a-key";
    static final String SECRET = "a-secret";

    private static final Path PROGRAM = Path.of("target", "s3-server", "s3proxy.jar");
    private static final Pattern UP = Pattern.compile("Started \\S*ServerConnector@.*\\{127\\.0\\.0\\.1:(\\d+)}");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Path directory;
    private final int port;
    private final Process process;

    private S3Server(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    static S3Server start(Path directory) throws Exception {
        var settings = new Properties();
        settings.setProperty("s3proxy.endpoint", "http://127.0.0.1:0");
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
        var log = directory.resolve("s3proxy.log");
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        PROGRAM.toAbsolutePath().toString(),
                        "--properties",
                        file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new S3Server(directory, awaitUp(process, log), process);
    }

    /** It says so in its log when it is up, and at which port. */
    private static int awaitUp(Process process, Path log) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end) {
            boolean over = process.waitFor(50, TimeUnit.MILLISECONDS);
            var said = UP.matcher(Files.readString(log));
            if (said.find()) {
                return Integer.parseInt(said.group(1));
            }
            if (over) {
                break;
            }
        }
        process.destroyForcibly().waitFor();
        throw new IllegalStateException("no S3 server: " + Files.readString(log));
    }

    String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** Where an object lies. */
    Path file(String key) {
        return directory.resolve("data").resolve(BUCKET).resolve(key);
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
