package dev.coil.ops.bench;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.Requirement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Submits runs of tasks that do nothing, by the command log alone, and sees them end. */
final class Runs implements AutoCloseable {

    /** The project of those that are submitted without one. */
    static final String PROJECT = "bench";

    /** As the gateway does it. */
    private static final int CHUNK = 200;

    private static final long PATIENCE_SECONDS = 300;

    private final CommandLog commands;
    private final EventTail events;
    private final Map<String, Run> submitted = new ConcurrentHashMap<>();
    private final Map<String, Run> created = new ConcurrentHashMap<>();
    private final Consumer<Event.TaskClaimed> claims;
    private final AtomicLong ready = new AtomicLong();
    private int count;

    Runs(KafkaSettings kafka) {
        this(kafka, claim -> {});
    }

    /** @param claims is told of each task that is started */
    Runs(KafkaSettings kafka, Consumer<Event.TaskClaimed> claims) {
        this.claims = claims;
        commands = new CommandLog(kafka);
        events = new EventTail(kafka, EventTail.Start.END, "bench-events", this::handle);
    }

    /** A run on its way. */
    static final class Run {
        private final CompletableFuture<Void> created = new CompletableFuture<>();
        private final CompletableFuture<Long> finished = new CompletableFuture<>();

        /** Waits until the scheduler has made it of the submitted tasks. */
        void awaitCreated() {
            await(created);
        }

        /** Waits until the last task has ended. Returns when that was seen, in the time of {@link System#nanoTime()}. */
        long awaitFinished() {
            return await(finished);
        }

        private static <T> T await(CompletableFuture<T> future) {
            return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }
    }

    /** Tasks that do not depend on each other. */
    static IntFunction<TaskSpec> independent() {
        return index -> task(index, List.of());
    }

    /** Tasks each of which needs the one before. */
    static IntFunction<TaskSpec> chain() {
        return index -> task(index, index == 0 ? List.of() : List.of(index - 1));
    }

    /** Tasks that do not depend on each other, of a priority. */
    static IntFunction<TaskSpec> of(Priority priority) {
        return index -> task(index, List.of()).with().priority(priority).build();
    }

    private static TaskSpec task(int index, List<Integer> needs) {
        return TaskSpec.simple("task-" + index, needs, Requirement.ANY, Action.script("true"));
    }

    Run submit(int tasks, IntFunction<TaskSpec> task) {
        return submit(PROJECT, tasks, task);
    }

    Run submit(String project, int tasks, IntFunction<TaskSpec> task) {
        var id = String.format("%016x", ++count);
        var run = new Run();
        submitted.put(id, run);
        for (int first = 0; first < tasks; first += CHUNK) {
            var chunk = IntStream.range(first, Math.min(tasks, first + CHUNK))
                    .mapToObj(task)
                    .toList();
            commands.append(new Command.StageTasks(project, id, first, chunk));
        }
        commands.append(new Command.SubmitRun(id, project, id, Source.none(), tasks, false, "bench", null));
        return run;
    }

    /** How many tasks of all runs have become ready. */
    long ready() {
        return ready.get();
    }

    private void handle(List<EventRecord> batch) {
        for (var record : batch) {
            if (record.event() instanceof Event.RunCreated event) {
                var run = submitted.get(event.id());
                created.put(event.project() + '#' + event.run(), run);
                run.created.complete(null);
            } else if (record.event() instanceof Event.TaskReady) {
                ready.incrementAndGet();
            } else if (record.event() instanceof Event.TaskClaimed claim) {
                claims.accept(claim);
            } else if (record.event() instanceof Event.RunFinished event) {
                var run = created.get(event.project() + '#' + event.run());
                if (event.outcome() == Outcome.SUCCESS) {
                    run.finished.complete(System.nanoTime());
                } else {
                    run.finished.completeExceptionally(
                            new IllegalStateException("a run of the benchmark ended with " + event.outcome()));
                }
            }
        }
    }

    @Override
    public void close() {
        events.close();
        commands.close();
    }
}
