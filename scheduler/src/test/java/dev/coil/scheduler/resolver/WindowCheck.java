package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.History.require;

import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Lane;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Whether each lane has its part of its class's window, and nobody of it waits as long as half of that part is free. */
final class WindowCheck {

    private static final int SMALLEST_WINDOW = 64;
    private static final int PER_SLOT = 4;
    private static final int SMALLEST_SHARE = 8;

    private final State state;
    private final List<PauseScope> paused = new ArrayList<>();
    private final Map<Integer, Integer> published = new TreeMap<>();
    private final Set<Integer> queued = new HashSet<>();

    private WindowCheck(State state) {
        this.state = state;
        state.scan(Table.PAUSES, new byte[0], (key, pause) -> paused.add(pause.scope()));
        state.scan(Table.OUTSTANDING, new byte[0], (key, task) -> {
            published.merge(ByteBuffer.wrap(key).getInt(), 1, Integer::sum);
            return true;
        });
        state.scan(Table.QUEUE, new byte[0], (key, task) -> {
            queued.add(ByteBuffer.wrap(key).getInt());
            return true;
        });
    }

    static void check(State state) {
        new WindowCheck(state).check();
    }

    private void check() {
        var active = new HashSet<>(queued);
        active.addAll(published.keySet());
        active.removeIf(lane -> isPaused(lane(lane)));
        var sharing = new HashMap<Integer, Integer>();
        active.forEach(lane -> sharing.merge(lane(lane).classNumber(), 1, Integer::sum));
        for (int lane : active) {
            int number = lane(lane).classNumber();
            int share = Math.max(SMALLEST_SHARE, window(requirement(number)) / sharing.get(number));
            int has = published.getOrDefault(lane, 0);
            require(!queued.contains(lane) || has * 2 > share, "%s has %s of %s and a queue", lane(lane), has, share);
        }
    }

    private Lane lane(int number) {
        return Objects.requireNonNull(state.get(Table.LANES, Keys.number(number)));
    }

    private Requirement requirement(int number) {
        return Requirement.parse(Objects.requireNonNull(state.get(Table.CLASSES, Keys.number(number))));
    }

    private boolean isPaused(Lane lane) {
        return paused.stream().anyMatch(scope -> scope.covers(lane.project(), requirement(lane.classNumber())));
    }

    private int window(Requirement requirement) {
        int[] slots = {0};
        state.scan(Table.WORKERS, new byte[0], (byte[] key, WorkerInfo worker) -> {
            boolean takesMore = !worker.draining() && !paused.contains(PauseScope.worker(worker.name()));
            slots[0] += takesMore && requirement.isMetBy(worker.attributes()) ? worker.slots() : 0;
            return true;
        });
        return Math.max(SMALLEST_WINDOW, slots[0] * PER_SLOT);
    }
}
