package dev.coil.ops.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Projection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a scheduler tells, from the first event on, to a test that submits runs past the gateway. */
public final class Told implements AutoCloseable {

    private final KafkaSettings settings;
    private final List<EventRecord> events = new CopyOnWriteArrayList<>();
    private final EventTail tail;

    public Told(KafkaSettings settings) {
        this.settings = settings;
        tail = new EventTail(settings, EventTail.Start.BEGINNING, "tail", events::addAll);
    }

    /** @param id of the submission, which no other has */
    public void submit(String project, String id, List<TaskSpec> tasks) throws Exception {
        try (var commands = new CommandLog(settings)) {
            commands.append(new Command.StageTasks(project, id, 0, tasks));
            commands.append(new Command.SubmitRun(
                            "submit-" + id, project, id, Source.none(), tasks.size(), false, "ada", null))
                    .get();
        }
    }

    /** All events of this kind until now. */
    public <T extends Event> List<T> seen(Class<T> type) {
        return events.stream()
                .map(EventRecord::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** Those who are present, as a viewer would show them now. */
    public List<WorkerInfo> workers() {
        var projection = new Projection();
        events.forEach(projection::apply);
        return projection.workers().present();
    }

    public void expectNoFailure() {
        assertThat(tail.failure()).isNull();
    }

    @Override
    public void close() {
        tail.close();
    }
}
