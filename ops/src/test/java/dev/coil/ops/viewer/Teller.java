package dev.coil.ops.viewer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.log.EventTopic;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.LogTopic;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Plays the scheduler and the workers: writes the events and log chunks that they would write. */
final class Teller implements AutoCloseable {

    private static final int STAGED_AT_ONCE = 200;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Long> printed = new HashMap<>();
    private long seq;

    Teller(KafkaSettings settings) {
        producer = settings.producer();
    }

    void tell(long at, Event event) {
        producer.send(EventTopic.record(new EventRecord(0, ++seq, at, event)));
    }

    void workers(long at, List<WorkerInfo> workers) {
        tell(at, new Event.WorkersReported(workers));
    }

    /** Stages the tasks and makes them a run. */
    Run run(String project, int number, Source source, List<TaskSummary> tasks, long at) {
        var id = String.format("%016x", (project + number).hashCode() * 2654435761L);
        for (int first = 0; first < tasks.size(); first += STAGED_AT_ONCE) {
            var some = tasks.subList(first, Math.min(tasks.size(), first + STAGED_AT_ONCE));
            tell(at, new Event.TasksStaged(project, id, first, some));
        }
        tell(at, new Event.RunCreated(project, number, id, source, tasks.size(), "andrea"));
        return new Run(project, number, id);
    }

    /** Puts a record into the log topic that nobody understands. */
    void garble() {
        producer.send(new ProducerRecord<>(Topics.LOGS, "what".getBytes(UTF_8), "is this".getBytes(UTF_8)));
    }

    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }

    /** A run that is told of. */
    final class Run {
        final String project;
        final int number;
        final String id;

        private Run(String project, int number, String id) {
            this.project = project;
            this.number = number;
            this.id = id;
        }

        void ready(int task, int attempt, long at) {
            tell(at, new Event.TaskReady(project, number, task, attempt));
        }

        void claimed(int task, int attempt, WorkerInfo worker, long at) {
            var claim = new ClaimId(worker.incarnation(), task * 10L + attempt);
            tell(at, new Event.TaskClaimed(project, number, task, attempt, claim, worker.name()));
        }

        /** Ready and claimed. */
        void started(int task, WorkerInfo worker, long at) {
            ready(task, 1, at - 200);
            claimed(task, 1, worker, at);
        }

        void attemptEnded(int task, int attempt, Outcome outcome, String reason, long at) {
            tell(at, new Event.AttemptEnded(project, number, task, attempt, outcome, null, reason, 0));
        }

        void finished(int task, int attempt, Outcome outcome, int exitCode, long at, StoredArtifact... artifacts) {
            var result = new AttemptResult(
                    outcome,
                    exitCode,
                    null,
                    null,
                    at,
                    at,
                    printed.getOrDefault(log(task, attempt), 0L),
                    List.of(artifacts),
                    null,
                    null);
            tell(at, new Event.TaskFinished(project, number, task, attempt, outcome, result, null, null, null));
        }

        void ended(int task, int attempt, Outcome outcome, @Nullable String reason, EndKind kind, long at) {
            tell(at, new Event.TaskFinished(project, number, task, attempt, outcome, null, null, reason, kind));
        }

        void outcomeKnown(Outcome outcome, long at) {
            tell(at, new Event.RunOutcomeKnown(project, number, outcome));
        }

        void finished(Outcome outcome, long at) {
            tell(at, new Event.RunFinished(project, number, outcome));
        }

        /** Prints to an attempt's log: stream 1 is standard output, 2 standard error, 0 the worker itself. */
        void print(int task, int attempt, int stream, long at, String text) {
            var bytes = text.getBytes(UTF_8);
            long offset = printed.getOrDefault(log(task, attempt), 0L);
            printed.put(log(task, attempt), offset + bytes.length);
            producer.send(LogTopic.record(
                    new LogChunk(new TaskRef(project, number, task), attempt, offset, at, stream, bytes)));
        }

        /** As a worker does that was not sure whether its chunks arrived. */
        void printAgain(int task, int attempt, long offset, String text) {
            producer.send(LogTopic.record(
                    new LogChunk(new TaskRef(project, number, task), attempt, offset, 1, 1, text.getBytes(UTF_8))));
        }

        private String log(int task, int attempt) {
            return project + '#' + number + '/' + task + '.' + attempt;
        }
    }

    /** A task of which nothing matters but its name. */
    static TaskSummary task(String name, String base) {
        return new TaskSummary(
                name, base, Map.of(), List.of(), Requirement.ANY, null, Priority.NORMAL, false, null, "", List.of());
    }
}
