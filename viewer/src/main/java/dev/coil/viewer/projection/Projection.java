package dev.coil.viewer.projection;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What the events tell of runs, tasks, attempts and workers. One thread applies events, any may read. Every event has a version,
 * which runs and tasks take on when it changes them: a reader that remembers one version knows all that changed since.
 */
public final class Projection {

    private final Staging staging = new Staging();
    private final Workers workers = new Workers();
    private final Shortages shortages = new Shortages(workers.offers());
    private final Pauses pauses = new Pauses();
    private final ConcurrentMap<String, ConcurrentNavigableMap<Integer, RunState>> projects = new ConcurrentHashMap<>();
    private final NavigableMap<Place, RunState> newestFirst = new ConcurrentSkipListMap<>();
    private final ConcurrentNavigableMap<String, RunState> byId = new ConcurrentSkipListMap<>();
    private final Memory memory = new Memory();

    /** For what attempts repeat: names of workers, incarnations, reasons. */
    private final Interner interner = new Interner(20_000);

    private final Expiry expiry;
    private volatile long version;

    /** In which artifacts are kept as long as their runs, where graphs do not say. */
    public Projection() {
        this(ArtifactRetention.STANDARD);
    }

    /** @param artifacts which are kept while their runs are */
    public Projection(ArtifactRetention artifacts) {
        expiry = new Expiry(artifacts, this);
    }

    /**
     * Folds the next event of its partition.
     *
     * @throws IllegalStateException if it tells of something that no earlier event told of, and that should have
     */
    public void apply(EventRecord record) {
        long next = version + 1;
        if (!foldPause(record, next) && !memory.isOfTheForgotten(this, record)) {
            fold(record, next);
        }
        version = next;
    }

    private boolean foldPause(EventRecord record, long next) {
        if (record.event() instanceof Event.Paused paused) {
            pauses.paused(next, record.partition(), paused.pause());
            return true;
        }
        if (record.event() instanceof Event.Resumed resumed) {
            pauses.resumed(next, record.partition(), resumed.scope());
            return true;
        }
        return false;
    }

    /** The events of a partition before this one are gone: no run that is kept began before it, and those that did are forgotten. */
    public void trimmed(int partition, long seq) {
        memory.trimmed(partition, seq);
        projects.values().stream()
                .flatMap(runs -> runs.values().stream())
                .filter(memory::isForgotten)
                .forEach(this::remove);
        staging.trimmed(partition, seq);
        long next = version + 1;
        pauses.trimmed(next, partition);
        version = next;
    }

    private void fold(EventRecord record, long next) {
        var event = record.event();
        long at = record.at();
        if (event instanceof Event.OfTask ofTask) {
            var run = require(ofTask.project(), ofTask.run());
            if (ofTask.task() < 0 || ofTask.task() >= run.size()) {
                throw new IllegalStateException(run + " has no task " + ofTask.task() + ", of which an event tells");
            }
            foldTask(run, ofTask, at, next);
        } else if (event instanceof Event.RunCreated created) {
            var staged = staging.take(created, at, memory.isTrimmed(record.partition()));
            if (staged != null) {
                add(new RunState(created, at, staged.tasks(), shortages, pauses, expiry, next), staged.beginning());
            }
            // Not before: a run of this number that cannot be found counts as forgotten, and a large one takes a while.
            memory.created(created.project(), created.run());
        } else if (event instanceof Event.RunForgotten forgotten) {
            remove(require(forgotten.project(), forgotten.run()));
        } else if (event instanceof Event.OfRun ofRun) {
            foldRun(require(ofRun.project(), ofRun.run()), ofRun, at, next);
        } else if (event instanceof Event.TasksStaged staged) {
            staging.add(staged, record);
        } else if (event instanceof Event.WorkersReported reported) {
            workers.retold(next, at, null, null, reported.workers());
        } else if (event instanceof Event.WorkersChanged changed) {
            workers.changed(next, at, changed.came(), changed.gone());
        } else if (event instanceof Event.WorkersRetold retold) {
            workers.retold(next, at, retold.after(), retold.upTo(), retold.workers());
        } else if (event instanceof Event.RequirementUnmet unmet) {
            shortages.unmet(next, unmet.requirement().canonical(), unmet.reason());
        } else if (event instanceof Event.RequirementMet met) {
            shortages.met(next, met.requirement().canonical());
        }
        if (workers.offersChanged()) {
            shortages.offersChanged(next);
        }
    }

    private void add(RunState run, Memory.Beginning beginning) {
        memory.began(run, beginning);
        projects.computeIfAbsent(run.project(), name -> new ConcurrentSkipListMap<>())
                .put(run.number(), run);
        byId.put(run.id(), run);
        newestFirst.put(new Place(run.createdAt(), run.project(), run.number()), run);
    }

    private void remove(RunState run) {
        var runs = projects.get(run.project());
        runs.remove(run.number());
        if (runs.isEmpty()) {
            projects.remove(run.project());
        }
        byId.remove(run.id());
        newestFirst.remove(new Place(run.createdAt(), run.project(), run.number()));
        memory.forgotten(run);
    }

    /** Whether there was a run of this number, which the retention did not keep. */
    public boolean isForgotten(String project, int number) {
        return number >= 1 && number <= memory.newest(project) && run(project, number) == null;
    }

    private void foldRun(RunState run, Event.OfRun event, long at, long next) {
        if (event instanceof Event.RunOutcomeKnown known) {
            run.outcome(next, known.outcome());
        } else if (event instanceof Event.RunFinished finished) {
            run.finish(next, finished.outcome(), at);
        } else if (event instanceof Event.RunCancelled) {
            run.cancel(next);
        } else if (event instanceof Event.RunReopened) {
            run.reopen(next);
        } else if (event instanceof Event.RunQueued queued) {
            run.queued(next, queued.group(), queued.behind());
        } else if (event instanceof Event.RunStarted) {
            run.queued(next, null, 0);
            runs(run.project()).values().stream()
                    .filter(other ->
                            other.head().queued() != null && Objects.equals(other.concurrency(), run.concurrency()))
                    .forEach(other -> other.queued(next, other.concurrency(), run.number()));
        }
    }

    private void foldTask(RunState run, Event.OfTask event, long at, long next) {
        if (event instanceof Event.GeneratedStaged staged) {
            staging.add(staged, at);
            return;
        } else if (event instanceof Event.TasksGenerated generated) {
            run.add(next, event.task(), staging.take(generated));
            return;
        } else if (event instanceof Event.AttemptEnded || event instanceof Event.TaskFinished) {
            staging.drop(event);
        }
        var task = run.task(event.task());
        var ref = new TaskRef(run.project(), run.number(), event.task());
        if (event instanceof Event.TaskBlocked blocked) {
            var why = interner.one(waitsForPlace(blocked.group()) + holder(blocked));
            run.set(
                    event.task(),
                    task.held(next, new Hold(Hold.Kind.GROUP, why, interner.one(blocked.group()), 0), task.attempts()));
        } else if (event instanceof Event.TaskReady) {
            run.set(event.task(), task.in(next, TaskPhase.READY, at, task.attempts()));
        } else if (event instanceof Event.TaskClaimed claimed) {
            var attempt = Attempt.started(
                    claimed.attempt(),
                    interner.one(claimed.worker()),
                    interner.one(claimed.claim().incarnation()),
                    at);
            run.set(event.task(), task.in(next, TaskPhase.RUNNING, task.readyAt(), task.with(attempt)));
            workers.started(
                    next,
                    new RunningTask(
                            ref,
                            run.facts(event.task()).name(),
                            attempt.number(),
                            attempt.incarnation(),
                            run.facts(event.task()).resources(),
                            at));
        } else if (event instanceof Event.AttemptEnded ended) {
            var attempts = finish(task, ended.attempt(), ended.outcome(), ended.result(), ended.reason(), at);
            run.set(
                    event.task(),
                    ended.again() == 0
                            ? task.in(next, TaskPhase.WAITING, task.readyAt(), attempts)
                            : task.held(next, pause(ended), attempts));
            workers.stopped(next, ref, at);
        } else if (event instanceof Event.TaskFinished finished) {
            var reason = Unrun.reason(run, run.facts(event.task()).needs(), finished.reason());
            run.set(event.task(), finished(task, finished, reason, at, next));
            workers.stopped(next, ref, at);
        } else if (event instanceof Event.TaskReset) {
            run.set(event.task(), task.in(next, TaskPhase.WAITING, 0, task.attempts()));
            if (!run.facts(event.task()).allowFailure()) {
                run.outcome(next, null);
            }
        }
    }

    private static Hold pause(Event.AttemptEnded ended) {
        return new Hold(Hold.Kind.PAUSE, "pauses before another attempt", null, ended.again());
    }

    private static String waitsForPlace(String group) {
        return "waits for a place in the concurrency group '" + group + "'";
    }

    private String holder(Event.TaskBlocked blocked) {
        var holder = blocked.holder();
        var run = holder == null ? null : run(holder.project(), holder.run());
        return holder == null || run == null || holder.task() >= run.size()
                ? ""
                : ", which " + run.facts(holder.task()).name() + " of " + run + " has";
    }

    private TaskState finished(TaskState task, Event.TaskFinished event, @Nullable String reason, long at, long next) {
        return new TaskState(
                next,
                TaskPhase.FINISHED,
                event.outcome(),
                interner.oneOrNull(event.label()),
                interner.oneOrNull(reason),
                event.kind(),
                null,
                task.readyAt(),
                finish(task, event.attempt(), event.outcome(), event.result(), event.reason(), at));
    }

    /** The attempts with this one ended; as they are if it was never claimed or has ended before. */
    private List<Attempt> finish(
            TaskState task,
            int number,
            Outcome outcome,
            @Nullable AttemptResult result,
            @Nullable String reason,
            long at) {
        var attempt = task.attempt(number);
        return attempt == null || attempt.finished()
                ? task.attempts()
                : task.with(attempt.finished(at, outcome, result, interner.oneOrNull(reason)));
    }

    private RunState require(String project, int number) {
        var run = run(project, number);
        if (run == null) {
            throw new IllegalStateException(
                    "an event tells of " + project + "#" + number + ", which was never created");
        }
        return run;
    }

    /** Of the last event that was applied. */
    public long version() {
        return version;
    }

    public Workers workers() {
        return workers;
    }

    public Pauses pauses() {
        return pauses;
    }

    /** All runs, newest first; goes on to be true while it is read. */
    public Collection<RunState> runs() {
        return newestFirst.values();
    }

    /** The runs of a project by number; empty if it has none. */
    public NavigableMap<Integer, RunState> runs(String project) {
        var runs = projects.get(project);
        return runs == null ? new ConcurrentSkipListMap<>() : runs;
    }

    /** The runs with this number, of whatever project. */
    public List<RunState> numbered(int number) {
        return projects.values().stream()
                .filter(runs -> runs.containsKey(number))
                .map(runs -> runs.get(number))
                .sorted(Comparator.comparing(RunState::project))
                .toList();
    }

    public @Nullable RunState run(String project, int number) {
        var runs = projects.get(project);
        return runs == null ? null : runs.get(number);
    }

    /** The runs whose id starts so, by id. */
    public SortedMap<String, RunState> withIdPrefix(String prefix) {
        return byId.subMap(prefix, prefix + Character.MAX_VALUE);
    }

    /** The order of runs: the newest first, then by name. */
    private record Place(long createdAt, String project, int number) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byAge = Long.compare(other.createdAt, createdAt);
            int byProject = byAge == 0 ? project.compareTo(other.project) : byAge;
            return byProject == 0 ? Integer.compare(other.number, number) : byProject;
        }
    }
}
