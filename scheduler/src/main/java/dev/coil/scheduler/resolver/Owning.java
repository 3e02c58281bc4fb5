package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Pauses;
import dev.coil.scheduler.window.Publication;
import dev.coil.scheduler.window.Shortages;
import java.util.ArrayList;
import java.util.Objects;
import java.util.stream.Collectors;

/** What the owner itself says: who is present, who is lost, which timers are due. */
final class Owning {

    private final Publication publication;
    private final Pauses pauses;
    private final Shortages shortages;
    private final TaskFlow tasks;
    private final Progress progress;

    Owning(Publication publication, Pauses pauses, Shortages shortages, TaskFlow tasks, Progress progress) {
        this.publication = publication;
        this.pauses = pauses;
        this.shortages = shortages;
        this.tasks = tasks;
        this.progress = progress;
    }

    void report(Turn turn, Command.ReportWorkers report) {
        var present = report.workers().stream().map(WorkerInfo::incarnation).collect(Collectors.toSet());
        var gone = new ArrayList<byte[]>();
        turn.state().scan(Table.WORKERS, new byte[0], (key, worker) -> {
            if (!present.contains(worker.incarnation())) {
                gone.add(key);
            }
            return true;
        });
        gone.forEach(key -> turn.state().delete(Table.WORKERS, key));
        for (var worker : report.workers()) {
            turn.state().put(Table.WORKERS, Keys.text(worker.incarnation()), worker);
        }
        turn.emit(new Event.WorkersReported(report.workers()));
        workersChanged(turn);
    }

    void lose(Turn turn, Command.LoseWorker lose) {
        var state = turn.state();
        state.put(Table.LOST, Keys.text(lose.incarnation()), turn.now());
        state.delete(Table.WORKERS, Keys.text(lose.incarnation()));
        workersChanged(turn);
        record Held(long serial, int task) {}
        var held = new ArrayList<Held>();
        state.scan(Table.CLAIMS, Keys.claims(lose.incarnation()), (key, nonce) -> {
            held.add(new Held(Keys.serial(key), Keys.last(key)));
            return true;
        });
        for (var claim : held) {
            var task = Objects.requireNonNull(turn.task(claim.serial(), claim.task()));
            tasks.workerLost(turn, claim.serial(), claim.task(), task, lose.reason());
        }
    }

    private void workersChanged(Turn turn) {
        publication.workersChanged();
        shortages.workersChanged(turn, publication.wanted());
    }

    void fire(Turn turn, Command.FireTimer fire) {
        var timer = Timer.parse(fire.timer());
        if (timer.due() > turn.now() || !timer.isSet(turn.state())) {
            return;
        }
        var task = Objects.requireNonNull(turn.task(timer.serial(), timer.task()));
        switch (timer.kind()) {
            case QUEUE -> queuedTooLong(turn, timer, task);
            case RUN -> tasks.overrun(turn, timer.serial(), timer.task(), task);
            case RETRY -> {
                timer.clear(turn.state());
                if (task.status() != TaskStatus.WAITING) {
                    throw new IllegalStateException("a retry timer is set on a " + task.status() + " task");
                }
                tasks.resume(turn, timer.serial(), timer.task(), task.withTimer(0));
            }
        }
    }

    /** That nobody could take it while it was paused is not held against it: its time begins anew. */
    private void queuedTooLong(Turn turn, Timer timer, TaskState task) {
        if (pauses.ofLane(turn, task.lane()) != null) {
            timer.clear(turn.state());
            long due = turn.now() + turn.spec(timer.serial(), timer.task()).queueTimeoutMillis();
            new Timer(due, Timer.Kind.QUEUE, timer.serial(), timer.task(), timer.attempt()).set(turn.state());
            turn.put(timer.serial(), timer.task(), task.withTimer(due));
            return;
        }
        tasks.end(
                turn,
                timer.serial(),
                timer.task(),
                task,
                Outcome.TIMEOUT,
                null,
                "no worker took it within its queue-timeout",
                EndKind.QUEUE_TIMEOUT);
    }

    void proceed(Turn turn, Command.Continue more) {
        progress.proceed(turn, more);
    }
}
