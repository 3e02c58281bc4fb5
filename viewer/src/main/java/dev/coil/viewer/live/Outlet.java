package dev.coil.viewer.live;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One streamed response. Its feed is asked for the next piece only when the last one has been written to the connection, so a
 * slow client costs one piece of memory; one that takes nothing at all for too long is dropped.
 */
final class Outlet {

    private static final Logger log = LoggerFactory.getLogger(Outlet.class);
    private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final HttpResponseWriter writer;
    private final Feed feed;
    private final Executor executor;
    private boolean onItsWay;
    private boolean ended;
    private boolean closed;
    private long writtenAt = System.nanoTime();

    Outlet(HttpResponseWriter writer, Feed feed, Executor executor) {
        this.writer = writer;
        this.feed = feed;
        this.executor = executor;
    }

    /** Writes what is new, if the client has taken what came before. */
    synchronized void tick() {
        if (closed) {
            return;
        }
        long waited = System.nanoTime() - writtenAt;
        if (onItsWay && waited > STALLED_NANOS) {
            log.debug("dropped a client that takes nothing");
            writer.abort(ClosedStreamException.get());
        } else if (!onItsWay && !ended) {
            writeNext(waited);
        }
    }

    private void writeNext(long waited) {
        Feed.Piece piece;
        try {
            piece = feed.next();
        } catch (IOException | RuntimeException e) {
            log.warn("a stream ended early: {}", e.toString(), e);
            ended = true;
            writer.close(e);
            return;
        }
        if (piece.bytes().length > 0) {
            write(piece.bytes(), piece.then() == Feed.Then.GO_ON);
        } else if (piece.then() == Feed.Then.WAIT && waited > SILENT_NANOS && feed.keepAlive().length > 0) {
            write(feed.keepAlive(), false);
        }
        if (piece.then() == Feed.Then.END) {
            ended = true;
            writer.close();
        }
    }

    private void write(byte[] bytes, boolean goOn) {
        if (!writer.tryWrite(HttpData.wrap(bytes))) {
            return;
        }
        onItsWay = true;
        writtenAt = System.nanoTime();
        writer.whenConsumed().thenRun(() -> {
            try {
                executor.execute(() -> taken(goOn));
            } catch (RejectedExecutionException closing) {
                writer.close();
            }
        });
    }

    private synchronized void taken(boolean goOn) {
        onItsWay = false;
        writtenAt = System.nanoTime();
        if (goOn && !ended && !closed) {
            writeNext(0);
        }
    }

    /** Ends the response. */
    void end() {
        writer.close();
    }

    /** Lets go of the feed when the response has ended. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            feed.close();
        } catch (IOException e) {
            log.debug("cannot close a feed: {}", e.toString());
        }
    }
}
