package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Effect;
import dev.coil.scheduler.window.PresentWorkers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A reader of one partition's events, as far as it learns from them who is present. */
final class ToldWorkers {

    private final TreeMap<String, WorkerInfo> present = new TreeMap<>();

    Map<String, WorkerInfo> present() {
        return present;
    }

    void see(Event event) {
        if (event instanceof Event.WorkersReported reported) {
            present.clear();
            add(reported.workers());
        } else if (event instanceof Event.WorkersChanged changed) {
            changed.gone().forEach(present::remove);
            add(changed.came());
        } else if (event instanceof Event.WorkersRetold retold) {
            assertThat(retold.workers().size()).isLessThanOrEqualTo(PresentWorkers.AT_ONCE);
            present.keySet().removeIf(incarnation -> isWithin(incarnation, retold.after(), retold.upTo()));
            retold.workers().forEach(worker -> assertThat(isWithin(worker.incarnation(), retold.after(), retold.upTo()))
                    .as("%s is of %s", worker, retold)
                    .isTrue());
            add(retold.workers());
        }
    }

    private static boolean isWithin(String incarnation, @Nullable String after, @Nullable String upTo) {
        return (after == null || incarnation.compareTo(after) > 0)
                && (upTo == null || incarnation.compareTo(upTo) <= 0);
    }

    private void add(List<WorkerInfo> workers) {
        workers.forEach(worker -> present.put(worker.incarnation(), worker));
    }

    /** Those that a state knows. */
    static Map<String, WorkerInfo> of(State state) {
        var workers = new TreeMap<String, WorkerInfo>();
        state.scan(Table.WORKERS, new byte[0], (byte[] key, WorkerInfo worker) -> {
            workers.put(worker.incarnation(), worker);
            return true;
        });
        return workers;
    }

    /** Who knew the workers of one state knows those of the next one by what is told in between. */
    static void check(State before, List<Effect> effects, State after) {
        if (Meta.CHANGES_TOLD.get(after) == 1) {
            var reader = new ToldWorkers();
            reader.add(List.copyOf(of(before).values()));
            for (var effect : effects) {
                if (effect instanceof Effect.Emit emit) {
                    reader.see(emit.event());
                }
            }
            assertThat(reader.present()).as("who is told to be present").isEqualTo(of(after));
        }
    }
}
