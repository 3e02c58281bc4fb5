package dev.coil.viewer.projection;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The tasks of a run by index. Some may be added; one thread changes it, any may read. */
final class TaskTable {

    private volatile TaskFacts[] facts;
    private volatile AtomicReferenceArray<TaskState> states;
    private volatile int size;

    TaskTable(List<TaskFacts> tasks, TaskState state) {
        facts = tasks.toArray(new TaskFacts[0]);
        states = new AtomicReferenceArray<>(facts.length);
        for (int i = 0; i < facts.length; i++) {
            states.setPlain(i, state);
        }
        size = facts.length;
    }

    int size() {
        return size;
    }

    TaskFacts facts(int task) {
        return facts[task];
    }

    TaskState state(int task) {
        return states.get(task);
    }

    void set(int task, TaskState state) {
        states.set(task, state);
    }

    /** Readers see the size only after what it counts. */
    void add(List<TaskFacts> tasks, TaskState state) {
        int from = size;
        int to = from + tasks.size();
        if (to > facts.length) {
            int room = Math.max(to, from + from / 2);
            var roomier = new AtomicReferenceArray<TaskState>(room);
            for (int i = 0; i < from; i++) {
                roomier.setPlain(i, states.get(i));
            }
            facts = Arrays.copyOf(facts, room);
            states = roomier;
        }
        for (int i = from; i < to; i++) {
            facts[i] = tasks.get(i - from);
            states.set(i, state);
        }
        size = to;
    }
}
