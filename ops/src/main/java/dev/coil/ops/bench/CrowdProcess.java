package dev.coil.ops.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Path;

/** The process of a {@link Crowd}. */
public final class CrowdProcess implements AutoCloseable {

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private CrowdProcess(Process process) {
        this.process = process;
        orders = process.outputWriter(US_ASCII);
        answers = process.inputReader(US_ASCII);
    }

    public static CrowdProcess start(URI node) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Crowd.class.getName(),
                        node.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new CrowdProcess(process);
    }

    /** So many workers come. Returns after how many milliseconds each of them waited for a task. */
    public long open(int count, String os) throws IOException {
        return order("open " + count + " " + os);
    }

    /** All lose their connections and come back. Returns after how many milliseconds each of them waited again. */
    long reopen() throws IOException {
        return order("reopen");
    }

    /** Tells them that their node is about to be away for a while. */
    public void expectRestart() throws IOException {
        order("expect");
    }

    /** Returns after how many milliseconds from now each of them waited for a task of the node that is there again. */
    public long awaitReturn() throws IOException {
        return order("again");
    }

    private long order(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        var answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the process of the workers has ended; what it said stands above");
        }
        return Long.parseLong(answer);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
