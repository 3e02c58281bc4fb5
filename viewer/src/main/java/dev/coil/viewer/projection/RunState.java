package dev.coil.viewer.projection;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
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
    private final AtomicReferenceArray<TaskState> tasks;
    private volatile RunHead head;

    RunState(Event.RunCreated created, long at, List<TaskFacts> facts, long version) {
        project = created.project();
        number = created.run();
        id = created.id();
        source = created.source();
        submitter = created.submitter();
        createdAt = at;
        this.facts = facts;
        tasks = new AtomicReferenceArray<>(facts.size());
        var waiting = TaskState.waiting(version);
        for (int i = 0; i < facts.size(); i++) {
            tasks.setPlain(i, waiting);
        }
        head = new RunHead(version, false, null, false, 0, Counts.waiting(facts.size()));
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

    void set(int task, TaskState next) {
        var now = head;
        var counts = now.counts().moved(tasks.get(task), next);
        tasks.set(task, next);
        head = new RunHead(next.version(), now.finished(), now.outcome(), now.cancelled(), now.finishedAt(), counts);
    }

    void outcome(long version, @Nullable Outcome outcome) {
        head = new RunHead(version, head.finished(), outcome, head.cancelled(), head.finishedAt(), head.counts());
    }

    void finish(long version, Outcome outcome, long at) {
        head = new RunHead(version, true, outcome, head.cancelled(), at, head.counts());
    }

    void cancel(long version) {
        head = new RunHead(version, head.finished(), head.outcome(), true, head.finishedAt(), head.counts());
    }

    void reopen(long version) {
        head = new RunHead(version, false, null, false, 0, head.counts());
    }

    /** {@code mylang#17} */
    @Override
    public String toString() {
        return project + '#' + number;
    }
}
