package dev.coil.scheduler.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A git program in conversation with a client: fed on one thread, read on another, and gone when the conversation is. */
final class GitProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GitProcess.class);
    private static final int BUFFER = 64 * 1024;
    private static final int COMPLAINT = 2_000;
    private static final Duration TERMINATION = Duration.ofSeconds(2);

    private final Process process;
    private final Duration patience;
    private final CompletableFuture<String> complaint;

    /**
     * @param patience how long the program may take to end by itself when the conversation breaks off
     * @param threads one of them is held as long as the program runs
     */
    GitProcess(Process process, Duration patience, ExecutorService threads) {
        this.process = process;
        this.patience = patience;
        this.complaint = CompletableFuture.supplyAsync(() -> complaint(process.getErrorStream()), threads);
    }

    /**
     * Hands the whole of a stream to the program. What the program does not want is read nevertheless, as a client listens only when
     * it has said everything.
     *
     * @throws IOException if the stream breaks off; the program is then stopped
     */
    void feed(InputStream body) throws IOException {
        var buffer = new byte[BUFFER];
        var in = process.getOutputStream();
        boolean listening = true;
        try {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                listening = listening && say(in, buffer, n);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        if (listening) {
            finish(in);
        }
    }

    private static boolean say(OutputStream in, byte[] buffer, int length) {
        try {
            in.write(buffer, 0, length);
            in.flush();
            return true;
        } catch (IOException e) {
            log.debug("git reads no further: {}", e.getMessage());
            return false;
        }
    }

    private static void finish(OutputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            log.debug("git ended before its input did: {}", e.getMessage());
        }
    }

    /** What the program says to the client. */
    InputStream output() {
        return process.getInputStream();
    }

    /** Waits for its end, and returns the exit code. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    /** What it said on standard error, at most a few lines; waits for its end. */
    String complaint() {
        return complaint.join();
    }

    @Override
    public void close() {
        stop(process, patience);
    }

    /**
     * Ends a git program and those that it started.
     *
     * @param patience how long it may take to end by itself, now that its input breaks off: it then removes its temporary files,
     *     which it does not when a signal ends it
     */
    static void stop(Process process, Duration patience) {
        if (!process.isAlive()) {
            return;
        }
        try {
            finish(process.getOutputStream());
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            var helpers = process.descendants().toList();
            process.destroy();
            if (!process.waitFor(TERMINATION.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            helpers.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String complaint(InputStream stderr) {
        try (stderr) {
            var first = stderr.readNBytes(COMPLAINT);
            stderr.transferTo(OutputStream.nullOutputStream());
            return new String(first, UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
