package dev.coil.scheduler.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What operators have paused: {@link Table#PAUSES}, and which lanes that concerns. */
public final class Pauses {

    private final Lanes lanes;
    private final Map<PauseScope, Pause> all =
            new TreeMap<>(Comparator.comparing(PauseScope::kind).thenComparing(PauseScope::name));

    /** Of the lanes that were asked for since the pauses last changed. */
    private final Map<Integer, Optional<Pause>> ofLanes = new HashMap<>();

    public Pauses(State state, Lanes lanes) {
        this.lanes = lanes;
        state.scan(Table.PAUSES, new byte[0], (byte[] key, Pause pause) -> {
            all.put(pause.scope(), pause);
            return true;
        });
    }

    private static byte[] key(PauseScope scope) {
        return (scope.kind().word() + '/' + scope.name()).getBytes(UTF_8);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    public List<Pause> all() {
        return List.copyOf(all.values());
    }

    /** Of workers. */
    public List<Pause> drains() {
        return all.values().stream()
                .filter(pause -> pause.scope().kind() == PauseScope.Kind.WORKER)
                .toList();
    }

    public @Nullable Pause of(PauseScope scope) {
        return all.get(scope);
    }

    public void put(Turn turn, Pause pause) {
        turn.state().put(Table.PAUSES, key(pause.scope()), pause);
        all.put(pause.scope(), pause);
        ofLanes.clear();
    }

    public void remove(Turn turn, PauseScope scope) {
        turn.state().delete(Table.PAUSES, key(scope));
        all.remove(scope);
        ofLanes.clear();
    }

    /** Why nothing of a lane is started; {@code null} if it may be. */
    public @Nullable Pause ofLane(Turn turn, int lane) {
        return isEmpty()
                ? null
                : ofLanes.computeIfAbsent(lane, number -> find(turn, number)).orElse(null);
    }

    private Optional<Pause> find(Turn turn, int number) {
        var project = lanes.lane(turn.state(), number).project();
        var requirement = lanes.requirement(turn, number);
        return all.values().stream()
                .filter(pause -> pause.scope().covers(project, requirement))
                .findFirst();
    }

    /** Why a worker is to take nothing new; {@code null} if it may. */
    public @Nullable Pause ofWorker(String name) {
        return isEmpty() ? null : all.get(PauseScope.worker(name));
    }
}
