package dev.coil.scheduler.resolver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Pauses;
import dev.coil.scheduler.window.PresentWorkers;
import dev.coil.scheduler.window.Publication;
import dev.coil.scheduler.window.Shortages;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the owner itself says: who is present, who is lost, which timers are due. */
final class Owning {

    private final PresentWorkers workers;
    private final Publication publication;
    private final Pauses pauses;
    private final Shortages shortages;
    private final TaskFlow tasks;
    private final Progress progress;

    Owning(
            PresentWorkers workers,
            Publication publication,
            Pauses pauses,
            Shortages shortages,
            TaskFlow tasks,
            Progress progress) {
        this.workers = workers;
        this.publication = publication;
        this.pauses = pauses;
        this.shortages = shortages;
        this.tasks = tasks;
        this.progress = progress;
    }

    void report(Turn turn, Command.ReportWorkers report) {
        var present = report.workers().stream().map(WorkerInfo::incarnation).collect(Collectors.toSet());
        var gone = workers.all().keySet().stream()
                .filter(incarnation -> !present.contains(incarnation))
                .toList();
        var changes = change(turn, report.workers(), gone);
        turn.emit(new Event.WorkersReported(report.workers()));
        changed(turn, changes);
    }

    void change(Turn turn, Command.ChangeWorkers command) {
        boolean first = Meta.CHANGES_TOLD.get(turn.state()) == 0;
        var changes = change(turn, command.came(), command.gone());
        if (first) {
            Meta.CHANGES_TOLD.set(turn.state(), 1);
            tellLost(turn);
        }
        tell(turn, changes);
    }

    /** Those who were lost until now were not told to be gone. */
    private void tellLost(Turn turn) {
        var gone = new ArrayList<String>();
        turn.state().scan(Table.LOST, new byte[0], (key, at) -> {
            var incarnation = new String(key, UTF_8);
            if (!workers.all().containsKey(incarnation)) {
                gone.add(incarnation);
            }
            return true;
        });
        for (int from = 0; from < gone.size(); from += PresentWorkers.AT_ONCE) {
            int end = Math.min(gone.size(), from + PresentWorkers.AT_ONCE);
            turn.emit(new Event.WorkersChanged(List.of(), List.copyOf(gone.subList(from, end))));
        }
    }

    private List<PresentWorkers.Change> change(Turn turn, List<WorkerInfo> came, List<String> gone) {
        return Stream.concat(
                        gone.stream().map(incarnation -> workers.remove(turn, incarnation)),
                        came.stream().map(worker -> workers.put(turn, worker)))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Tells what is different, and nothing if nothing is. */
    private void tell(Turn turn, List<PresentWorkers.Change> changes) {
        var came = new ArrayList<WorkerInfo>();
        var gone = new ArrayList<String>();
        for (var change : changes) {
            if (change.after() != null) {
                came.add(change.after());
            } else if (change.before() != null) {
                gone.add(change.before().incarnation());
            }
        }
        if (!changes.isEmpty()) {
            turn.emit(new Event.WorkersChanged(came, gone));
            changed(turn, changes);
        }
    }

    private void changed(Turn turn, List<PresentWorkers.Change> changes) {
        publication.workersChanged(turn, changes);
        shortages.workersChanged(turn, changes, publication.wanted());
    }

    void lose(Turn turn, Command.LoseWorker lose) {
        var state = turn.state();
        state.put(Table.LOST, Keys.text(lose.incarnation()), turn.now());
        var changes = change(turn, List.of(), List.of(lose.incarnation()));
        if (Meta.CHANGES_TOLD.get(state) == 0) {
            changed(turn, changes);
        } else {
            tell(turn, changes);
        }
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
