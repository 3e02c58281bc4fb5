package dev.coil.worker.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of one attempt on its way out. What is written leaves within {@value #FLUSH_MILLIS} ms in chunks of at most
 * {@value #CHUNK_BYTES} bytes, in the order it came over both streams.
 *
 * <p>Nothing leaves before {@link #open()}: until its claim is accepted, another worker may be running the same attempt, and the log
 * is the winner's alone. Meanwhile, and while the sink is slow, a writer that is {@value #MOST_UNSENT} bytes ahead waits.
 *
 * <p>What a task prints beyond its {@linkplain LogBound bound} is not sent, but for its end; a line says how much was left out.
 *
 * <p>Safe for many threads.
 */
public final class AttemptLog {

    static final int CHUNK_BYTES = 32 * 1024;
    static final int MOST_UNSENT = 1024 * 1024;
    static final int FLUSH_MILLIS = 50;

    /** What a chunk costs on its way and where it is kept, beside its bytes; so many small ones are bounded as well. */
    static final int CHUNK_COST = 64;

    /** The end is kept in so many pieces at least, so that not much more than necessary falls out at once. */
    private static final int PIECES = 8;

    private static final long RESEND_MILLIS = 1_000;

    /** Stream numbers of {@link LogChunk}. */
    public static final int WORKER = 0;

    public static final int OUT = 1;
    public static final int ERR = 2;

    private final TaskRef task;
    private final int attempt;
    private final LogSink sink;
    private final ScheduledExecutorService sender;
    private final LongSupplier clock;
    private final LogBound bound;

    /** By their offsets: also what is sent again goes out in the order in which it was printed. */
    private final NavigableMap<Long, LogChunk> sealed = new TreeMap<>();

    private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
    private int tailStream;
    private long tailAt;
    private long bytes;
    private byte lastByte;
    private long unsent;
    private long unsentCost;
    private long printed;
    private @Nullable LastOutput last;
    private boolean outputEnded;
    private long lastSentNanos;
    private boolean open;
    private boolean closed;
    private boolean discarded;
    private boolean flushScheduled;
    private final CompletableFuture<Long> sentToTheEnd = new CompletableFuture<>();

    /**
     * @param sender one thread that sends for all attempts of the worker
     * @param clock milliseconds since the epoch
     * @param bound of what the task prints; what the worker says goes beyond it
     */
    public AttemptLog(
            TaskRef task,
            int attempt,
            LogSink sink,
            ScheduledExecutorService sender,
            LongSupplier clock,
            LogBound bound) {
        this.task = task;
        this.attempt = attempt;
        this.sink = sink;
        this.sender = sender;
        this.clock = clock;
        this.bound = bound;
        this.lastSentNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(FLUSH_MILLIS);
    }

    /** A line of the worker's own. Never waits. */
    public synchronized void say(String line) {
        var text = (line + "\n").getBytes(UTF_8);
        add(WORKER, clock.getAsLong(), text, 0, text.length);
    }

    /** What the task printed. Waits while too much is unsent. */
    public synchronized void write(int stream, byte[] from, int offset, int length) throws InterruptedException {
        while (unsent + unsentCost > MOST_UNSENT && !closed) {
            wait();
        }
        if (last == null && printed + length <= bound.head()) {
            printed += length;
            add(stream, clock.getAsLong(), from, offset, length);
        } else if (last == null) {
            int fits = headEnd(from, offset, (int) (bound.head() - printed));
            add(stream, clock.getAsLong(), from, offset, fits);
            cut(stream);
            write(stream, from, offset + fits, length - fits);
        } else if (!outputEnded) {
            last.add(stream, clock.getAsLong(), from, offset, length);
        }
    }

    /** The end of the last line that fits, or of what fits. */
    private static int headEnd(byte[] from, int offset, int fits) {
        for (int i = fits; i > 0; i--) {
            if (from[offset + i - 1] == '\n') {
                return i;
            }
        }
        return Math.max(0, fits);
    }

    private void cut(int stream) {
        if (bytes > 0 && lastByte != '\n') {
            add(stream, clock.getAsLong(), new byte[] {'\n'}, 0, 1);
        }
        last = new LastOutput(bound.tail(), Math.max(1, Math.min(CHUNK_BYTES, bound.tail() / PIECES)));
        say("coil: the log is cut here, as it is too long: of what follows only the end is kept, up to " + bound.tail()
                + " bytes, and shown when the script has ended");
    }

    /** The script has ended: what was held back of its output comes out, and what it may print later does not count. */
    public synchronized void endOutput() {
        if (last != null && !outputEnded) {
            outputEnded = true;
            var pieces = last.take();
            say("coil: " + last.leftOut() + " bytes of output are left out here");
            for (var piece : pieces) {
                add(piece.stream(), piece.at(), piece.bytes(), 0, piece.bytes().length);
            }
        }
    }

    private void add(int stream, long now, byte[] from, int offset, int length) {
        if (closed) {
            return;
        }
        int at = offset;
        while (at < offset + length) {
            if (tail.size() > 0 && (stream != tailStream || tail.size() == CHUNK_BYTES)) {
                seal();
            }
            if (tail.size() == 0) {
                tailStream = stream;
                tailAt = now;
            }
            int count = Math.min(offset + length - at, CHUNK_BYTES - tail.size());
            tail.write(from, at, count);
            at += count;
            bytes += count;
            unsent += count;
        }
        if (length > 0) {
            lastByte = from[offset + length - 1];
        }
        scheduleFlush();
    }

    private void seal() {
        var chunk = tail.toByteArray();
        long offset = bytes - chunk.length;
        sealed.put(offset, new LogChunk(task, attempt, offset, tailAt, tailStream, chunk));
        tail.reset();
        unsentCost += CHUNK_COST;
        if (last == null) {
            printed += CHUNK_COST;
        }
    }

    /** The claim was accepted: lets the log out. */
    public synchronized void open() {
        open = true;
        scheduleFlush();
    }

    /** The claim was lost: nothing of this log is to be seen. Ends all waiting. */
    public synchronized void discard() {
        if (!open) {
            closed = true;
            discarded = true;
            notifyAll();
            sentToTheEnd.complete(0L);
        }
    }

    /**
     * Ends the log; what comes later is dropped. The future completes with its length in bytes as soon as all of it is kept, or with 0
     * if it was discarded.
     */
    public synchronized CompletableFuture<Long> close() {
        endOutput();
        closed = true;
        notifyAll();
        scheduleFlush();
        completeIfAllSent();
        return sentToTheEnd;
    }

    /** Quiet logs are sent at once, busy ones {@value #FLUSH_MILLIS} ms after the last time or as soon as a chunk is full. */
    private void scheduleFlush() {
        if (!open || discarded || (tail.size() == 0 && sealed.isEmpty())) {
            return;
        }
        if (closed || !sealed.isEmpty()) {
            send(0);
        } else if (!flushScheduled) {
            flushScheduled = true;
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastSentNanos);
            send(Math.max(0, FLUSH_MILLIS - waited));
        }
    }

    private void send(long delayMillis) {
        try {
            sender.schedule(this::flush, delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException workerIsClosed) {
            closed = true;
            notifyAll();
            sentToTheEnd.complete(bytes - unsent);
        }
    }

    private void flush() {
        List<LogChunk> chunks;
        synchronized (this) {
            flushScheduled = false;
            if (tail.size() > 0) {
                seal();
            }
            chunks = new ArrayList<>(sealed.values());
            sealed.clear();
            lastSentNanos = System.nanoTime();
        }
        for (var chunk : chunks) {
            sink.append(chunk).whenComplete((kept, failure) -> sent(chunk, failure));
        }
    }

    private synchronized void sent(LogChunk chunk, @Nullable Throwable failure) {
        if (failure != null) {
            // Its offset makes a second copy harmless, so it is sent until it is kept.
            sealed.put(chunk.offset(), chunk);
            send(RESEND_MILLIS);
            return;
        }
        unsent -= chunk.bytes().length;
        unsentCost -= CHUNK_COST;
        notifyAll();
        completeIfAllSent();
    }

    private void completeIfAllSent() {
        if (closed && unsent == 0) {
            sentToTheEnd.complete(bytes);
        }
    }
}
