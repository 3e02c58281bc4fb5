package dev.coil.viewer.why;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.pause.Pause;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One reason why a task waits.
 *
 * @param text one sentence for a person
 * @param tasks those that it waits for, or the first of them
 * @param workers the names of those that the reason is about, or of the first of them
 * @param pause the operator's order that is the reason; {@code null} for others
 * @param turn whose turn it is before its own project's; {@code null} for other reasons
 */
public record Reason(
        Kind kind,
        String text,
        List<TaskRef> tasks,
        List<String> workers,
        @Nullable Pause pause,
        @Nullable Turn turn) {

    /** How many tasks and workers are given. */
    private static final int MOST = 20;

    public Reason {
        tasks = List.copyOf(tasks.subList(0, Math.min(MOST, tasks.size())));
        workers = List.copyOf(workers.subList(0, Math.min(MOST, workers.size())));
    }

    Reason(Kind kind, String text) {
        this(kind, text, List.of(), List.of(), null, null);
    }

    static Reason ofTasks(Kind kind, String text, List<TaskRef> tasks) {
        return new Reason(kind, text, tasks, List.of(), null, null);
    }

    static Reason ofWorkers(Kind kind, String text, List<String> workers) {
        return new Reason(kind, text, List.of(), workers, null, null);
    }

    /**
     * That another project has had less of a worker, in what both are compared by
     * ({@link dev.coil.protocol.space.FairShare}).
     *
     * @param worker its name
     * @param project the task's own
     * @param had what that has had, in slot-seconds
     * @param next the one whose turn it is
     * @param nextHad what that one has had
     */
    public record Turn(String worker, String project, double had, String next, double nextHad) {}

    /** What kind of reason; the order of the constants is that in which they are told. */
    public enum Kind {
        /** Its run waits for a place in its concurrency group. */
        RUN_QUEUED,
        /** Tasks that it needs have not ended. */
        NEEDS,
        /** When those have ended, its {@code if} decides whether it is run. */
        CONDITION,
        /** It waits for a place in its concurrency group. */
        GROUP,
        /** It pauses before another attempt. */
        PAUSE,
        /** An operator has paused it. */
        PAUSED,
        /** No present worker could ever take it. */
        NO_WORKER,
        /** The owners of the workers that could take it do not let them. */
        OWNER,
        /** The workers that could take it take nothing new. */
        DRAINING,
        /** The workers that could take it have no free slot. */
        BUSY,
        /** The workers that could take it have free slots, but less than it takes, or too little memory or disk. */
        NO_ROOM,
        /** Workers that could take it were here, and are away. */
        OFFLINE,
        /** Tasks of a higher priority come before it. */
        PRIORITY,
        /** Another project has had less, and is to have its turn first. */
        SHARE,
        /** Others come before it. */
        LINE,
        /** Nothing: a worker is about to take it. */
        ANY_MOMENT;

        /** The spelling in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
