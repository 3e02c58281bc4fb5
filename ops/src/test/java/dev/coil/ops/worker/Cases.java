package dev.coil.ops.worker;

import static java.util.stream.Collectors.toMap;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks cases of many kinds of workers side by side: most of a case is waiting. Whoever wants to know how one ended waits for it here. */
final class Cases implements AutoCloseable {

    /** More at a time would be no faster on two processors. */
    private static final int AT_ONCE = 5;

    private final ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
    private final ExecutorService waiting = Executors.newCachedThreadPool();
    private final Map<String, Map<WorkerKind, Future<?>>> asked = new ConcurrentHashMap<>();

    @FunctionalInterface
    interface Case {
        void in(WorkerKind kind) throws Exception;
    }

    void ask(String name, List<WorkerKind> kinds, Case body) {
        ask(executor, name, kinds, body);
    }

    /** The same of a case that does nothing for a long while, which it may do beside all others. */
    void askBeside(String name, List<WorkerKind> kinds, Case body) {
        ask(waiting, name, kinds, body);
    }

    private void ask(ExecutorService by, String name, List<WorkerKind> kinds, Case body) {
        asked.put(
                name,
                kinds.stream()
                        .collect(toMap(
                                Function.identity(),
                                kind -> by.submit(() -> {
                                    body.in(kind);
                                    return null;
                                }))));
    }

    /** Returns when the case has passed. */
    void await(String name, WorkerKind kind) throws Exception {
        var of = Objects.requireNonNull(asked.get(name), name);
        try {
            Objects.requireNonNull(of.get(kind), kind::name).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public void close() throws InterruptedException {
        executor.shutdownNow();
        waiting.shutdownNow();
        executor.awaitTermination(30, TimeUnit.SECONDS);
        waiting.awaitTermination(30, TimeUnit.SECONDS);
    }
}
