package dev.coil.scheduler.blob;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.graph.AttemptResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which blobs the runs that are kept name, as the events tell: scripts, and artifacts and trees of every attempt, those that have not
 * expired. Blobs that no run has ever named, such as the large files of commits, are not looked at. Any thread may use it.
 */
final class BlobUse {

    /** What changed for blobs: those that are named for the first time, and those that are named no more. */
    record Change(Set<String> named, Set<String> released) {
        static final Change NONE = new Change(Set.of(), Set.of());
    }

    /**
     * A blob as a run names it.
     *
     * @param expires after how many milliseconds, by the graph; 0 as this node has it, {@link #NEVER} for as long as the run
     */
    private record Name(String digest, long expires) {

        static final long NEVER = -1;
    }

    /** A run, or a submission or an attempt's tasks that may become part of one. */
    private static final class Holder {

        /** When the last attempt ended that named it. */
        final Map<Name, Long> names = new HashMap<>();

        final Set<Name> expired = new HashSet<>();

        /** Of tasks by their index, those alone that have artifacts of which the graph says when they expire. */
        final Map<Integer, Map<String, Long>> expiries = new HashMap<>();

        int tasks;
        boolean finished;
        long passed = ArtifactRetention.NEVER;

        /** @param first the index of the first of them */
        void add(int first, List<TaskSummary> more) {
            for (int i = 0; i < more.size(); i++) {
                if (!more.get(i).expires().isEmpty()) {
                    expiries.put(first + i, more.get(i).expires());
                }
            }
            tasks = first + more.size();
        }

        boolean hasExpiries() {
            return !expiries.isEmpty();
        }
    }

    private final ArtifactRetention retention;
    private final Map<String, Holder> ofSubmissions = new HashMap<>();
    private final Map<String, Holder> ofRuns = new HashMap<>();

    /** What attempts have staged that are not known to have succeeded, by task. */
    private final Map<String, Holder> generated = new HashMap<>();

    /** How many names of runs and submissions a blob has. */
    private final Map<String, Integer> counts = new HashMap<>();

    private boolean graphsSay;

    BlobUse(ArtifactRetention retention) {
        this.retention = retention;
    }

    synchronized boolean isNamed(String digest) {
        return counts.containsKey(digest);
    }

    /** Whether anything expires before its run is forgotten. */
    synchronized boolean mayExpire() {
        return graphsSay || retention.runs() != ArtifactRetention.ALL;
    }

    synchronized Change apply(EventRecord record) {
        var event = record.event();
        if (event instanceof Event.TasksStaged staged) {
            var holder = ofSubmissions.computeIfAbsent(staged.project() + "/" + staged.submission(), k -> new Holder());
            holder.add(staged.first(), staged.tasks());
            graphsSay |= holder.hasExpiries();
            return name(holder, scripts(staged.tasks()), record.at());
        } else if (event instanceof Event.GeneratedStaged staged) {
            var tasks = staged.part() == 0 ? new Holder() : generated.getOrDefault(taskKey(staged), new Holder());
            tasks.add(tasks.tasks, staged.tasks());
            generated.put(taskKey(staged), tasks);
            return name(run(staged), scripts(staged.tasks()), record.at());
        } else if (event instanceof Event.TasksGenerated more) {
            var tasks = generated.remove(taskKey(more));
            if (tasks != null) {
                tasks.expiries.forEach((task, expiries) -> run(more).expiries.put(more.first() + task, expiries));
                graphsSay |= tasks.hasExpiries();
            }
        } else if (event instanceof Event.RunCreated created) {
            created(created, record.at());
        } else if (event instanceof Event.AttemptEnded ended) {
            generated.remove(taskKey(ended));
            return name(run(ended), blobs(run(ended), ended.task(), ended.result()), record.at());
        } else if (event instanceof Event.TaskFinished finished) {
            generated.remove(taskKey(finished));
            return name(run(finished), blobs(run(finished), finished.task(), finished.result()), record.at());
        } else if (event instanceof Event.RunFinished finished) {
            run(finished).finished = true;
        } else if (event instanceof Event.RunReopened reopened) {
            // Its tasks may need what they have made before.
            run(reopened).finished = false;
            var change = new Change(new HashSet<>(), new HashSet<>());
            restore(run(reopened), change, ArtifactRetention.NEVER - 1);
            return change;
        } else if (event instanceof Event.RunForgotten forgotten) {
            return release(ofRuns.remove(key(forgotten)));
        }
        return Change.NONE;
    }

    /** What expires until now, by the clock of the log; and what does not any more, if a clock was wrong. */
    synchronized Change expire(long now) {
        var change = new Change(new HashSet<>(), new HashSet<>());
        for (var run : ofRuns.values()) {
            if (run.finished) {
                for (var name : run.names.keySet()) {
                    if (isOver(run, name, now) && run.expired.add(name)) {
                        drop(name.digest, change);
                    }
                }
                restore(run, change, now);
            }
        }
        return change;
    }

    private void restore(Holder run, Change change, long now) {
        var restored = run.expired.stream()
                .filter(name -> !run.finished || !isOver(run, name, now))
                .toList();
        for (var name : restored) {
            run.expired.remove(name);
            count(name.digest, change);
        }
    }

    private boolean isOver(Holder run, Name name, long now) {
        return name.expires != Name.NEVER && retention.expiresAt(run.names.get(name), name.expires, run.passed) <= now;
    }

    private void created(Event.RunCreated created, long at) {
        var submission = ofSubmissions.remove(created.project() + "/" + created.id());
        ofRuns.put(key(created), submission == null ? new Holder() : submission);
        // Numbers have no gaps: with each run one other ceases to be among the newest.
        long last = (long) created.run() - retention.runs();
        var passed = last < 1 ? null : ofRuns.get(created.project() + "#" + last);
        if (passed != null) {
            passed.passed = at;
        }
    }

    private Holder run(Event.OfRun event) {
        return ofRuns.computeIfAbsent(key(event), k -> new Holder());
    }

    private static String key(Event.OfRun event) {
        return event.project() + "#" + event.run();
    }

    private static String taskKey(Event.OfTask event) {
        return key(event) + "/" + event.task();
    }

    private static List<Name> scripts(List<TaskSummary> tasks) {
        return tasks.stream()
                .map(TaskSummary::scriptBlob)
                .filter(Objects::nonNull)
                .map(script -> new Name(script, Name.NEVER))
                .toList();
    }

    private static List<Name> blobs(Holder run, int task, @Nullable AttemptResult result) {
        var blobs = new ArrayList<Name>();
        if (result != null) {
            var expiries = run.expiries.getOrDefault(task, Map.of());
            result.artifacts()
                    .forEach(artifact ->
                            blobs.add(new Name(artifact.sha256(), expiries.getOrDefault(artifact.name(), 0L))));
            if (result.tree() != null) {
                blobs.add(new Name(result.tree(), 0));
            }
        }
        return blobs;
    }

    private Change name(Holder holder, List<Name> names, long at) {
        if (names.isEmpty()) {
            return Change.NONE;
        }
        var change = new Change(new HashSet<>(), new HashSet<>());
        for (var name : names) {
            boolean isNew = !holder.names.containsKey(name);
            holder.names.merge(name, at, Math::max);
            if (holder.expired.remove(name) || isNew) {
                count(name.digest, change);
            }
        }
        return change;
    }

    private void count(String digest, Change change) {
        if (counts.merge(digest, 1, Integer::sum) == 1 && !change.released.remove(digest)) {
            change.named.add(digest);
        }
    }

    private void drop(String digest, Change change) {
        if (counts.computeIfPresent(digest, (d, count) -> count > 1 ? count - 1 : null) == null
                && !change.named.remove(digest)) {
            change.released.add(digest);
        }
    }

    private Change release(@Nullable Holder run) {
        if (run == null) {
            return Change.NONE;
        }
        var change = new Change(new HashSet<>(), new HashSet<>());
        for (var name : run.names.keySet()) {
            if (!run.expired.contains(name)) {
                drop(name.digest, change);
            }
        }
        return change;
    }
}
