package dev.coil.scheduler.turn;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.RunInfo;
import dev.coil.scheduler.state.RunState;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The fold of one command: the state it may change, the log's time, and the effects it collects. */
public final class Turn {

    private final State state;
    private final long now;
    private final List<Effect> effects;
    private final long epoch;
    private final long firstSeq;
    private long seq;

    public Turn(State state, long now, List<Effect> effects) {
        this.state = state;
        this.now = now;
        this.effects = effects;
        epoch = Meta.EPOCH.get(state);
        firstSeq = Meta.SEQ.get(state);
        seq = firstSeq;
    }

    /** Notes in the state how far the numbering of events came. */
    public void end() {
        if (seq != firstSeq) {
            Meta.SEQ.set(state, seq);
        }
    }

    public State state() {
        return state;
    }

    /** By the log's clock, in milliseconds since the epoch. */
    public long now() {
        return now;
    }

    public long epoch() {
        return epoch;
    }

    /** Of the next event. */
    public long nextSeq() {
        return seq + 1;
    }

    public void emit(Event event) {
        effects.add(new Effect.Emit(++seq, now, event));
    }

    public void add(Effect effect) {
        effects.add(effect);
    }

    public void append(Command.OfOwner command) {
        effects.add(new Effect.Append(command));
    }

    /** The run's serial; {@code null} if the project has no run of this number. */
    public @Nullable Long serial(String project, int run) {
        return state.get(Table.RUN_NUMBERS, Keys.runNumber(project, run));
    }

    public RunInfo info(long serial) {
        return Objects.requireNonNull(state.get(Table.RUN_INFOS, Keys.number(serial)));
    }

    /** Whether it is a run's; those of forgotten ones may still stand where somebody waited in vain. */
    public boolean isKnown(long serial) {
        return state.get(Table.RUN_INFOS, Keys.number(serial)) != null;
    }

    public RunState run(long serial) {
        return Objects.requireNonNull(state.get(Table.RUNS, Keys.number(serial)));
    }

    public void put(long serial, RunState run) {
        state.put(Table.RUNS, Keys.number(serial), run);
    }

    public @Nullable TaskState task(long serial, int task) {
        return state.get(Table.TASKS, Keys.task(serial, task));
    }

    public void put(long serial, int task, TaskState next) {
        state.put(Table.TASKS, Keys.task(serial, task), next);
    }

    public dev.coil.protocol.graph.TaskSpec spec(long serial, int task) {
        return Objects.requireNonNull(state.get(Table.SPECS, Keys.task(serial, task)));
    }

    public TaskRef ref(RunInfo run, int task) {
        return new TaskRef(run.project(), run.number(), task);
    }
}
