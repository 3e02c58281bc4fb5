package dev.coil.scheduler.request;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event.RequestAnswered;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.KafkaUnusable;
import dev.coil.scheduler.http.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends requests to the command log and finds their answers in the event log. Each request has an id of its own, and the events
 * are followed from before it was appended. Safe for many threads.
 */
public final class Requests implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Requests.class);

    /** What each record that comes before a request adds to how long its answer is waited for. */
    private static final Duration PATIENCE_PER_COMMAND = Duration.ofMillis(50);

    /** How long one call of Kafka's clients may block; less than anybody's patience. */
    private static final String BLOCK_MILLIS = "10000";

    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final KafkaSettings kafka;
    private final Duration timeout;
    private final CommandLog commands;
    private final ConcurrentHashMap<String, CompletableFuture<RequestAnswered>> waiting = new ConcurrentHashMap<>();
    private final ReentrantLock following = new ReentrantLock();
    private volatile EventTail tail;
    private volatile boolean closed;

    /** @throws KafkaUnusable if Kafka does not answer or has not the topics */
    public Requests(KafkaSettings kafka, Duration timeout) {
        this.kafka = impatient(kafka);
        this.timeout = timeout;
        try {
            commands = new CommandLog(this.kafka);
        } catch (KafkaException e) {
            throw unusable(e);
        }
        try {
            tail = follow();
        } catch (RuntimeException e) {
            commands.close();
            throw e instanceof KafkaException unanswered ? unusable(unanswered) : e;
        }
    }

    private KafkaUnusable unusable(KafkaException e) {
        return new KafkaUnusable("cannot use Kafka at " + kafka.bootstrapServers() + ": " + e.getMessage(), e);
    }

    private static KafkaSettings impatient(KafkaSettings kafka) {
        var extra = new HashMap<>(kafka.extra());
        extra.put("max.block.ms", BLOCK_MILLIS);
        extra.put("default.api.timeout.ms", BLOCK_MILLIS);
        return new KafkaSettings(kafka.bootstrapServers(), kafka.partitions(), kafka.replication(), extra);
    }

    /**
     * Appends commands, then the request, all in order, and waits for the answer.
     *
     * @param advice what to do when none comes, as it is then unknown whether the request was carried out
     * @throws Refused with 503 and the advice if none comes
     */
    public RequestAnswered ask(List<? extends Command.OfProject> before, Command.Request request, String advice) {
        var answer = new CompletableFuture<RequestAnswered>();
        waiting.put(request.requestId(), answer);
        // A run of 100,000 tasks is folded in seconds, on a busy machine in many.
        var patience = timeout.plus(PATIENCE_PER_COMMAND.multipliedBy(before.size()));
        try {
            return patiently(request.project(), advice, patience, (followed, deadline) -> {
                for (var command : before) {
                    append(() -> commands.append(command), answer, deadline);
                }
                append(() -> commands.append(request), answer, deadline);
                return await(answer, followed, deadline);
            });
        } finally {
            waiting.remove(request.requestId());
        }
    }

    /**
     * Appends a request to partitions, to each one of its own, and waits for all answers.
     *
     * @param project the one whose partition it is; {@code null} for all partitions
     * @param request makes one, with this request id
     * @param advice what to do when an answer does not come
     * @throws Refused with 503 and the advice if one does not come
     */
    public List<RequestAnswered> askPartitions(
            @Nullable String project, Function<String, ? extends Command.OfPartitions> request, String advice) {
        var partitions = project == null
                ? IntStream.range(0, commands.partitions()).boxed().toList()
                : List.of(commands.partitionOf(project));
        var answers = new LinkedHashMap<String, CompletableFuture<RequestAnswered>>();
        partitions.forEach(partition -> answers.put(UUID.randomUUID().toString(), new CompletableFuture<>()));
        waiting.putAll(answers);
        try {
            return patiently("all projects", advice, timeout, (followed, deadline) -> {
                var partition = partitions.iterator();
                for (var answer : answers.entrySet()) {
                    int to = partition.next();
                    append(() -> commands.append(to, request.apply(answer.getKey())), answer.getValue(), deadline);
                }
                var answered = new ArrayList<RequestAnswered>();
                for (var answer : answers.values()) {
                    answered.add(await(answer, followed, deadline));
                }
                return answered;
            });
        } finally {
            waiting.keySet().removeAll(answers.keySet());
        }
    }

    /** Something that is given up at a deadline. */
    private interface Asking<T> {
        T ask(EventTail followed, long deadline) throws InterruptedException, TimeoutException;
    }

    private <T> T patiently(String asker, String advice, Duration patience, Asking<T> asking) {
        try {
            var followed = tail();
            return asking.ask(followed, System.nanoTime() + patience.toNanos());
        } catch (KafkaException | KafkaUnusable e) {
            log.warn("a request of {} failed: {}", asker, e.getMessage());
            throw Refused.unavailable("Kafka does not answer (" + e.getMessage() + "); " + advice);
        } catch (TimeoutException e) {
            throw Refused.unavailable("no answer from the scheduler within " + patience.toSeconds() + " s; " + advice);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refused.unavailable("the node is stopping; " + advice);
        }
    }

    private static void append(Supplier<CompletableFuture<Long>> appending, CompletableFuture<?> answer, long deadline)
            throws TimeoutException {
        if (answer.isCompletedExceptionally()) {
            return;
        }
        if (System.nanoTime() > deadline) {
            throw new TimeoutException();
        }
        appending.get().exceptionally(failure -> {
            answer.completeExceptionally(failure);
            return -1L;
        });
    }

    private RequestAnswered await(CompletableFuture<RequestAnswered> answer, EventTail followed, long deadline)
            throws InterruptedException, TimeoutException {
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException();
            }
            try {
                return answer.get(Math.min(left, GLANCE.toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                var failure = followed.failure();
                if (failure != null) {
                    throw new KafkaUnusable("the events can no longer be followed: " + failure.getMessage(), failure);
                }
            } catch (ExecutionException e) {
                throw new KafkaUnusable(String.valueOf(e.getCause().getMessage()), e.getCause());
            }
        }
    }

    /** The tail; a new one if it ended, as whoever waits for an answer on the old one is told so. */
    private EventTail tail() throws InterruptedException, TimeoutException {
        if (!following.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException();
        }
        try {
            if (tail.failure() != null && !closed) {
                log.warn("following the events anew");
                tail.close();
                tail = follow();
            }
            return tail;
        } finally {
            following.unlock();
        }
    }

    private EventTail follow() {
        return new EventTail(kafka, EventTail.Start.END, "coil-gateway-events", this::answer);
    }

    private void answer(List<EventRecord> events) {
        for (var event : events) {
            if (event.event() instanceof RequestAnswered answered) {
                var asked = waiting.get(answered.requestId());
                if (asked != null) {
                    asked.complete(answered);
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        tail.close();
        commands.close();
    }
}
