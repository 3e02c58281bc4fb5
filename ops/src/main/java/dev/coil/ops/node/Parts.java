package dev.coil.ops.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node is made of. Parts may start side by side; they are closed one after the other, the last one first. */
final class Parts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    private record Part(String name, CompletableFuture<? extends AutoCloseable> started) {}

    private final Deque<Part> parts = new ArrayDeque<>();

    /** Adds a part that is there. */
    synchronized <T extends AutoCloseable> T add(String name, T part) {
        parts.push(new Part(name, CompletableFuture.completedFuture(part)));
        return part;
    }

    /** Starts a part on a thread of its own. {@link #close} waits for it, so that none is left behind. */
    synchronized <T extends AutoCloseable> CompletableFuture<T> start(String name, Callable<T> start) {
        var started = new CompletableFuture<T>();
        var thread = new Thread(
                () -> {
                    long from = System.nanoTime();
                    try {
                        started.complete(start.call());
                        log.info("{} is up after {} ms", name, (System.nanoTime() - from) / 1_000_000);
                    } catch (Throwable e) {
                        started.completeExceptionally(e);
                    }
                },
                "start-" + name);
        thread.start();
        parts.push(new Part(name, started));
        return started;
    }

    /** Waits for a part. @throws NodeStartException if it could not start */
    static <T> T await(String name, CompletableFuture<T> started) {
        try {
            return started.join();
        } catch (CompletionException e) {
            throw startException(name, e.getCause());
        }
    }

    static NodeStartException startException(String part, Throwable cause) {
        if (cause instanceof NodeStartException known) {
            return known;
        }
        log.error("{} did not start", part, cause);
        return new NodeStartException(StartFailures.explain(part, cause), cause);
    }

    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            var part = parts.pop();
            long from = System.nanoTime();
            try {
                part.started().join().close();
                log.info("{} is down after {} ms", part.name(), (System.nanoTime() - from) / 1_000_000);
            } catch (CompletionException e) {
                log.debug("{} never started", part.name());
            } catch (Exception e) {
                log.warn("{} did not close: {}", part.name(), e.getMessage(), e);
            }
        }
    }
}
