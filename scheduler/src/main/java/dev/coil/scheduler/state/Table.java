package dev.coil.scheduler.state;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.tuple.WorkerInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * A kind of entry. Its number is the first byte of its keys in the store and is never used again for anything else.
 *
 * @param <V> what the entries are
 */
public final class Table<V> {

    /** Single values, by {@link Meta}. */
    public static final Table<Long> META = longs(1);

    /** Project → its last run's number. */
    public static final Table<Long> PROJECTS = longs(2);

    /** (project, number) → serial. Everything else of a run is under its serial, which is unique in the partition. */
    public static final Table<Long> RUN_NUMBERS = longs(3);

    /** Submission id → what was staged. */
    public static final Table<Submission> SUBMISSIONS = json(4, Submission.class);

    /** Serial → what the run is; never changes. */
    public static final Table<RunInfo> RUN_INFOS = json(5, RunInfo.class);

    /** Serial → how far the run is. */
    public static final Table<RunState> RUNS = new Table<>(6, RunState::encode, RunState::decode);

    /** (serial, task) → what the task is; never changes. */
    public static final Table<TaskSpec> SPECS = json(7, TaskSpec.class);

    /** (serial, task) → how far the task is. */
    public static final Table<TaskState> TASKS = new Table<>(8, TaskState::encode, TaskState::decode);

    /** (serial, task, dependent) → the outcomes that the dependent accepts beside success, a bit each. */
    public static final Table<Long> DEPENDENTS = longs(9);

    /** (serial, task) of the tasks without needs, until they are released. */
    public static final Table<Long> ROOTS = longs(10);

    /** (serial, task) → the result of the attempt that ended the task, where it left artifacts or a tree. */
    public static final Table<AttemptResult> RESULTS = json(11, AttemptResult.class);

    /** Canonical requirement → the class's number. */
    public static final Table<Long> CLASS_NUMBERS = longs(12);

    /** The class's number → canonical requirement. */
    public static final Table<String> CLASSES = texts(13);

    /** (lane, turn) → (serial, task) of a ready task that is not in the space yet. */
    public static final Table<QueuedTask> QUEUE = new Table<>(14, QueuedTask::encode, QueuedTask::decode);

    /** (lane, serial, task) → what is in the space. A set, so that no replay can count twice. */
    public static final Table<PublishedTask> OUTSTANDING =
            new Table<>(15, PublishedTask::encode, PublishedTask::decode);

    /** (incarnation, serial, task) of the claims that a worker holds. */
    public static final Table<Long> CLAIMS = longs(16);

    /** (due, kind, serial, task, attempt) of the timers. */
    public static final Table<Long> TIMERS = longs(17);

    /** (kind, serial, task) → where work that was too much for one command goes on. */
    public static final Table<Cursor> CURSORS = json(18, Cursor.class);

    /** Incarnation → the worker, while it is known. */
    public static final Table<WorkerInfo> WORKERS = json(19, WorkerInfo.class);

    /** Incarnation → when it was lost: its later claims are refused. */
    public static final Table<Long> LOST = longs(20);

    /** The class's number → why no present worker could ever take its tasks. */
    public static final Table<String> SHORTAGES = texts(21);

    /** (class, priority, project) → the lane's number. */
    public static final Table<Long> LANE_NUMBERS = longs(22);

    /** The lane's number → what it is. */
    public static final Table<Lane> LANES = new Table<>(23, Lane::encode, Lane::decode);

    /** (group, serial, task) of the runs and tasks that have a place in their concurrency group. */
    public static final Table<Long> PLACES = longs(24);

    /** (group, turn) → who waits for a place in its concurrency group, and may have given up since. */
    public static final Table<GroupMember> IN_LINE = new Table<>(25, GroupMember::encode, GroupMember::decode);

    /** Scope → what operators have paused. */
    public static final Table<Pause> PAUSES = json(28, Pause.class);

    /** Serial of the runs that have not finished. */
    public static final Table<Long> OPEN_RUNS = longs(29);

    /** (serial, generator) → what is staged of the tasks that a running task generates. */
    public static final Table<Staging> STAGINGS = json(35, Staging.class);

    /** (serial, generator, index of its first task among those generated) → tasks, until they are tasks of the run or dropped. */
    public static final Table<StagedPart> STAGED_PARTS = json(36, StagedPart.class);

    /** (serial, generator) → how far the tasks are that it generated. */
    public static final Table<Generation> GENERATIONS = new Table<>(37, Generation::encode, Generation::decode);

    /** (serial, task) → the index of the generator of a generated task. */
    public static final Table<Long> GENERATORS = longs(38);

    /** Serial → which run finished, and when. Of all that have finished, and only of those. */
    public static final Table<FinishedRun> FINISHED = new Table<>(31, FinishedRun::encode, FinishedRun::decode);

    /** Serial → the number of the first event that tells of it. In the order of serials these numbers rise. */
    public static final Table<Long> BEGINNINGS = longs(32);

    /** Serial → the submission that has yet to become a run. */
    public static final Table<StagedSubmission> STAGED = json(33, StagedSubmission.class);

    /** (when, serial) → the submission id of a forgotten run, which still is not to be used again. */
    public static final Table<String> FORGOTTEN = texts(34);

    /** More than the greatest number of a table. */
    public static final int NUMBERS = 39;

    private final byte number;
    private final Function<V, byte[]> encoder;
    private final Function<byte[], V> decoder;

    private Table(int number, Function<V, byte[]> encoder, Function<byte[], V> decoder) {
        this.number = (byte) number;
        this.encoder = encoder;
        this.decoder = decoder;
    }

    private static Table<Long> longs(int number) {
        return new Table<>(number, v -> ByteBuffer.allocate(8).putLong(v).array(), b -> ByteBuffer.wrap(b)
                .getLong());
    }

    private static Table<String> texts(int number) {
        return new Table<>(number, s -> s.getBytes(StandardCharsets.UTF_8), b -> new String(b, StandardCharsets.UTF_8));
    }

    private static <V> Table<V> json(int number, Class<V> type) {
        return new Table<>(number, v -> Codec.write(type, v), b -> Codec.read(type, b));
    }

    /** Whether it has few entries that are read again and again, so that it pays to keep them in memory. */
    public boolean isHot() {
        return this == META
                || this == PROJECTS
                || this == RUN_NUMBERS
                || this == SUBMISSIONS
                || this == RUN_INFOS
                || this == RUNS
                || this == CLASS_NUMBERS
                || this == CLASSES
                || this == SHORTAGES
                || this == LANE_NUMBERS
                || this == LANES
                || this == LOST;
    }

    public byte number() {
        return number;
    }

    public byte[] encode(V value) {
        return encoder.apply(value);
    }

    public V decode(byte[] bytes) {
        return decoder.apply(bytes);
    }
}
