package dev.coil.viewer.projection;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.pause.Pause;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A run. One thread changes it, any may read: a reader that takes {@link #head()} first sees every task at least as new as the
 * head's version.
 */
public final class RunState {

    private final String project;
    private final int number;
    private final String id;
    private final Source source;
    private final String submitter;
    private final long createdAt;
    private final List<TaskFacts> facts;
    private final Shortages shortages;
    private final Pauses pauses;
    private final AtomicReferenceArray<TaskState> tasks;
    private final Failing failing = new Failing();
    private volatile RunHead head;

    RunState(
            Event.RunCreated created,
            long at,
            List<TaskFacts> facts,
            Shortages shortages,
            Pauses pauses,
            long version) {
        project = created.project();
        number = created.run();
        id = created.id();
        source = created.source();
        submitter = created.submitter();
        createdAt = at;
        this.facts = facts;
        this.shortages = shortages;
        this.pauses = pauses;
        tasks = new AtomicReferenceArray<>(facts.size());
        var waiting = TaskState.waiting(version);
        for (int i = 0; i < facts.size(); i++) {
            tasks.setPlain(i, waiting);
        }
        head = RunHead.started(version, Counts.waiting(facts.size()), RunHead.Failed.NONE);
    }

    public String project() {
        return project;
    }

    public int number() {
        return number;
    }

    public String id() {
        return id;
    }

    public Source source() {
        return source;
    }

    public String submitter() {
        return submitter;
    }

    /** By the log's clock, in milliseconds since the epoch. */
    public long createdAt() {
        return createdAt;
    }

    public RunHead head() {
        return head;
    }

    /** How many tasks it has. */
    public int size() {
        return facts.size();
    }

    public TaskFacts facts(int task) {
        return facts.get(task);
    }

    public TaskState task(int task) {
        return tasks.get(task);
    }

    /** Why no present worker could ever take a task that is ready; {@code null} if one could, and for tasks that are not ready. */
    public @Nullable String shortage(int task) {
        return isReady(task) ? shortages.reason(facts.get(task).requirement()) : null;
    }

    /** Why nobody may take a task that is ready; {@code null} if somebody may, and for tasks that are not ready. */
    public @Nullable Pause pause(int task) {
        return isReady(task) ? pauses.of(project, facts.get(task).requirement()) : null;
    }

    /** Of the projection, when what there is to tell of a task last changed. */
    public long version(int task) {
        long own = tasks.get(task).version();
        return isReady(task)
                ? Math.max(
                        Math.max(own, pauses.version()),
                        shortages.version(facts.get(task).requirement()))
                : own;
    }

    private boolean isReady(int task) {
        return tasks.get(task).phase() == TaskPhase.READY;
    }

    /** Of the projection; no task has anything newer to tell. */
    public long version() {
        return head.counts().of(TaskPhase.READY) == 0
                ? head.version()
                : Math.max(head.version(), Math.max(shortages.version(), pauses.version()));
    }

    void set(int task, TaskState next) {
        var now = head;
        var counts = now.counts().moved(tasks.get(task), next);
        tasks.set(task, next);
        boolean changed = !facts.get(task).allowFailure() && failing.set(task, next.outcome());
        head = now.with(next.version(), counts, changed ? failing.now() : now.failed());
    }

    void outcome(long version, @Nullable Outcome outcome) {
        head = head.known(version, outcome);
    }

    void finish(long version, Outcome outcome, long at) {
        head = head.finished(version, outcome, at);
    }

    void cancel(long version) {
        head = head.cancelled(version);
    }

    /** It waits for a place in its concurrency group; {@code null} if it does so no longer. */
    void queued(long version, @Nullable String why) {
        head = head.queued(version, why);
    }

    void reopen(long version) {
        head = RunHead.started(version, head.counts(), head.failed());
    }

    /** {@code mylang#17} */
    @Override
    public String toString() {
        return project + '#' + number;
    }
}
