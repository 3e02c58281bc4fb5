package dev.coil.viewer.projection;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.event.EventRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tasks that are not part of a run yet: those of submissions, and those that running tasks generate. */
final class Staging {

    /** A submission to which nothing came for this long was given up by its submitter. */
    private static final long ABANDONED_MILLIS = Duration.ofHours(6).toMillis();

    /** What a task generates goes with its attempt, not with the beginning of the events. */
    private static final Memory.Beginning OF_ATTEMPT = new Memory.Beginning(-1, 0);

    private final Map<String, Submission> submissions = new HashMap<>();

    void add(Event.TasksStaged staged, EventRecord record) {
        submissions
                .computeIfAbsent(
                        key(staged.project(), staged.submission()),
                        key -> new Submission(new Memory.Beginning(record.partition(), record.seq())))
                .add(staged, record.at());
    }

    /** Forgets submissions that began before the first event that is left. */
    void trimmed(int partition, long seq) {
        submissions.values().removeIf(s -> s.beginning.partition() == partition && s.beginning.seq() < seq);
    }

    /** The tasks of a run, and where the first event of it is. */
    record Staged(List<TaskFacts> tasks, Memory.Beginning beginning) {}

    /**
     * The tasks of a submission, which is forgotten, as are those given up.
     *
     * @param trimmed whether some of them may not have been told of, as the beginning of the events is gone
     * @return {@code null} if so
     */
    @Nullable
    Staged take(Event.RunCreated created, long at, boolean trimmed) {
        var submission = submissions.remove(key(created.project(), created.id()));
        submissions.values().removeIf(s -> at - s.lastAt > ABANDONED_MILLIS);
        if (submission == null || submission.facts.size() < created.tasks()) {
            if (trimmed) {
                return null;
            }
            throw new IllegalStateException(created.project() + "#" + created.run() + " has " + created.tasks()
                    + " tasks, of which only " + (submission == null ? 0 : submission.facts.size()) + " were staged");
        }
        return new Staged(grouped(submission.facts.subList(0, created.tasks())), submission.beginning);
    }

    void add(Event.GeneratedStaged staged, long at) {
        var key = key(staged);
        if (staged.part() == 0) {
            submissions.remove(key);
        }
        submissions.computeIfAbsent(key, k -> new Submission(OF_ATTEMPT)).add(staged.tasks(), at);
    }

    /** What a task generated, now that it is part of the run. */
    List<TaskFacts> take(Event.TasksGenerated generated) {
        var staged = submissions.remove(key(generated));
        if (staged == null || staged.facts.size() != generated.tasks()) {
            throw new IllegalStateException("task " + generated.task() + " of " + generated.project() + "#"
                    + generated.run() + " generated " + generated.tasks() + " tasks, of which "
                    + (staged == null ? 0 : staged.facts.size()) + " were staged");
        }
        return added(staged.facts, generated);
    }

    private static List<TaskFacts> added(List<TaskFacts> facts, Event.TasksGenerated generated) {
        // Equal needs are one object, and stay so.
        var shifted = new IdentityHashMap<Needs, Needs>();
        return facts.stream()
                .map(t -> t.in(
                        t.group(),
                        shifted.computeIfAbsent(t.needs(), needs -> needs.shifted(generated.first())),
                        generated.task()))
                .toList();
    }

    /** The attempt of a task is over: what it staged and has not become part of the run never does. */
    void drop(Event.OfTask ended) {
        submissions.remove(key(ended));
    }

    private static String key(Event.OfTask task) {
        return task.project() + '#' + task.run() + '/' + task.task();
    }

    private static String key(String project, String submission) {
        return project + '/' + submission;
    }

    private static List<TaskFacts> grouped(List<TaskFacts> tasks) {
        Set<String> prefixes = new HashSet<>();
        for (var task : tasks) {
            if (task.group() != null) {
                prefixes.add(task.group());
            }
        }
        var grouped = new ArrayList<TaskFacts>(tasks.size());
        for (var task : tasks) {
            grouped.add(task.group() == null && prefixes.contains(task.base()) ? inGroupOfItsName(task) : task);
        }
        return grouped;
    }

    /** A task {@code docs} beside tasks {@code docs/…} belongs to them. */
    private static TaskFacts inGroupOfItsName(TaskFacts t) {
        return t.in(t.base(), t.needs(), null);
    }

    private static final class Submission {
        final List<TaskFacts> facts = new ArrayList<>();
        final Interner interner = new Interner(Integer.MAX_VALUE);
        final Memory.Beginning beginning;
        long lastAt;

        Submission(Memory.Beginning beginning) {
            this.beginning = beginning;
        }

        /** A part that comes again takes the place of the first one. */
        void add(Event.TasksStaged staged, long at) {
            lastAt = at;
            if (staged.first() < facts.size()) {
                facts.subList(staged.first(), facts.size()).clear();
            }
            if (staged.first() > facts.size()) {
                // The parts before it are gone, as its run is forgotten.
                return;
            }
            add(staged.tasks(), at);
        }

        void add(List<TaskSummary> tasks, long at) {
            lastAt = at;
            for (var task : tasks) {
                facts.add(facts(task));
            }
        }

        private TaskFacts facts(TaskSummary task) {
            var group = group(task);
            return new TaskFacts(
                    task.name(),
                    interner.one(task.base()),
                    interner.oneOrNull(group),
                    interner.oneOrNull(task.platform()),
                    interner.one(List.copyOf(task.matrix().keySet())),
                    interner.one(
                            task.matrix().values().stream().map(interner::one).toList()),
                    interner.one(Needs.of(task.needs())),
                    interner.one(task.requirement().canonical()),
                    task.allowFailure(),
                    task.priority(),
                    interner.oneOrNull(task.condition()),
                    interner.one(task.script()),
                    interner.one(task.artifacts()),
                    interner.one(task.resources()),
                    interner.oneOrNull(task.concurrency()),
                    null,
                    interner.one(task.expires()));
        }

        private static @Nullable String group(TaskSummary task) {
            int slash = task.base().indexOf('/');
            if (slash > 0) {
                return task.base().substring(0, slash);
            }
            return task.matrix().isEmpty() ? null : task.base();
        }
    }
}
