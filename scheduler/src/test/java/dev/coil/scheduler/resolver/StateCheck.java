package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.History.require;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.scheduler.resolver.History.Status;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.Timer;
import java.util.HashMap;
import java.util.HashSet;

/** Whether a state says of every task what the world was told, and holds for it just what its status lets it hold. */
final class StateCheck {

    private final History told;
    private final State state;

    private StateCheck(History told, State state) {
        this.told = told;
        this.state = state;
    }

    static void check(History told, State state) {
        new StateCheck(told, state).check();
    }

    private void check() {
        var out = new HashMap<TaskRef, Integer>();
        var queued = new HashSet<TaskRef>();
        state.scan(Table.OUTSTANDING, new byte[0], (key, published) -> {
            out.put(ref(Keys.serial(key), Keys.last(key)), published.attempt());
            return true;
        });
        state.scan(Table.QUEUE, new byte[0], (key, task) -> {
            // One that ended in the queue may have been forgotten before its turn.
            if (state.get(Table.RUN_INFOS, Keys.number(task.serial())) != null) {
                queued.add(ref(task.serial(), task.task()));
            }
            return true;
        });
        assertThat(out).as("outstanding, and what is in the space").isEqualTo(told.space);
        if (Meta.CHANGES_TOLD.get(state) == 1) {
            assertThat(told.workers.present()).as("who is present").isEqualTo(ToldWorkers.of(state));
        }
        ShortageCheck.check(state);
        var pauses = new HashSet<PauseScope>();
        state.scan(Table.PAUSES, new byte[0], (key, pause) -> pauses.add(pause.scope()) || true);
        assertThat(pauses).as("pauses").isEqualTo(told.paused);
        var claims = new HashSet<TaskRef>();
        state.scan(Table.CLAIMS, new byte[0], (key, nonce) -> claims.add(ref(Keys.serial(key), Keys.last(key))));
        var timers = new HashMap<TaskRef, Timer>();
        state.scan(Table.TIMERS, new byte[0], (key, due) -> {
            var timer = Timer.ofKey(key);
            require(timers.put(ref(timer.serial(), timer.task()), timer) == null, "two timers: %s", timer);
            return true;
        });
        var places = new HashSet<TaskRef>();
        state.scan(Table.PLACES, new byte[] {'t'}, (key, since) -> places.add(ref(Keys.serial(key), Keys.last(key))));
        state.scan(Table.RUN_INFOS, new byte[0], (runKey, info) -> {
            state.scan(Table.TASKS, runKey, (key, stored) -> {
                var ref = new TaskRef(info.project(), info.number(), Keys.last(key));
                var task = told.task(ref);
                var status = status(stored);
                require(task.status == status, "%s is %s, but was told to be %s", ref, stored, task.status);
                require(task.attempt == stored.attempt(), "%s is at attempt %s", ref, stored.attempt());
                require(claims.contains(ref) == (status == Status.RUNNING), "%s: claims of %s", ref, stored);
                require((stored.claim() != null) == (status == Status.RUNNING), "%s: claim of %s", ref, stored);
                require(
                        status != Status.READY || out.containsKey(ref) || queued.contains(ref),
                        "%s is in no line",
                        ref);
                require(places.contains(ref) == stored.has(TaskState.PLACE), "%s: place of %s", ref, stored);
                var timer = timers.remove(ref);
                require(
                        stored.timer() == 0
                                ? timer == null
                                : Timer.of(stored, Keys.serial(key), Keys.last(key))
                                        .equals(timer),
                        "%s: timer %s of %s",
                        ref,
                        timer,
                        stored);
                return true;
            });
            return true;
        });
        require(timers.isEmpty(), "timers of nothing: %s", timers);
        int[] stored = {0};
        state.scan(Table.RUN_INFOS, new byte[0], (key, info) -> ++stored[0] > 0);
        require(
                stored[0] == told.runs.size(),
                "%s runs are stored, of %s that were told of",
                stored[0],
                told.runs.size());
        state.scan(Table.GENERATIONS, new byte[0], (key, generation) -> {
            if (isBeingForgotten(Keys.serial(key))) {
                return true;
            }
            var ref = ref(Keys.serial(key), Keys.last(key));
            int open = told.open(told.runs.get(ref.project() + "#" + ref.run()), ref.task());
            require(generation.open() == open, "%s: open are %s of %s", ref, open, generation);
            return true;
        });
    }

    private TaskRef ref(long serial, int task) {
        var info = state.get(Table.RUN_INFOS, Keys.number(serial));
        require(info != null, "no run %s", serial);
        return new TaskRef(info.project(), info.number(), task);
    }

    private static Status status(TaskState stored) {
        return switch (stored.status()) {
            case WAITING, BLOCKED -> Status.WAITING;
            case READY -> Status.READY;
            case RUNNING -> Status.RUNNING;
            case FINISHED -> Status.ENDED;
        };
    }

    /** Nobody can reach the run any more; its tasks are removed step by step. */
    private boolean isBeingForgotten(long serial) {
        boolean[] any = {false};
        state.scan(Table.CURSORS, Keys.text(Cursor.Kind.FORGET + "/" + serial + "/"), (key, cursor) -> {
            any[0] = true;
            return false;
        });
        return any[0];
    }
}
