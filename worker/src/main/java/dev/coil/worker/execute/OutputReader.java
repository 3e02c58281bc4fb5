package dev.coil.worker.execute;

import dev.coil.worker.report.AttemptLog;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Reads one stream of a script, as it comes, into the log. */
final class OutputReader {

    private static final int BUFFER_BYTES = 32 * 1024;

    private final InputStream stream;
    private final int number;
    private final AttemptLog log;
    private final Thread thread;
    private volatile boolean reading;

    OutputReader(InputStream stream, int number, AttemptLog log, String name) {
        this.stream = stream;
        this.number = number;
        this.log = log;
        thread = new Thread(this::read, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        var buffer = new byte[BUFFER_BYTES];
        try (stream) {
            while (true) {
                reading = true;
                int count = stream.read(buffer);
                reading = false;
                if (count < 0) {
                    return;
                }
                log.write(number, buffer, 0, count);
            }
        } catch (IOException closed) {
            reading = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until everything is in the log, however slow the log is; but for a stream that somebody else still holds open only the
     * given time.
     *
     * @return whether the stream came to its end
     */
    boolean finish(Duration patience) throws InterruptedException {
        do {
            thread.join(patience.toMillis());
        } while (thread.isAlive() && !reading);
        return !thread.isAlive();
    }
}
