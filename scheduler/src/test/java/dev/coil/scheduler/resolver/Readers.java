package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.SpaceView;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Those who read the logs, whatever became of who wrote them. */
final class Readers {

    private Readers() {}

    /**
     * The state is that of an uncut fold, events come once and without a gap, and in the space is what is outstanding. Returns the events.
     *
     * @param compacted whether that is so too once the space is compacted
     */
    static List<Effect.Emit> check(ModelLogs world, ModelOwner last, boolean compacted) {
        var uncut = new MemoryState();
        var resolver = new Resolver(uncut, ModelOwner.STEPS);
        var events = new ArrayList<Effect.Emit>();
        for (int offset = 0; offset < world.commands.size(); offset++) {
            var entry = world.commands.get(offset);
            for (var effect : resolver.apply(uncut, entry.command(), offset, entry.at())) {
                if (effect instanceof Effect.Emit emit) {
                    events.add(emit);
                }
            }
        }
        Meta.POSITION.set(uncut, world.commands.size());
        assertThat(last.state.dump()).as("state").isEqualTo(uncut.dump());
        assertThat(world.stores.get(last.store).dump()).as("what is stored").isEqualTo(uncut.dump());
        var read = new ArrayList<Effect.Emit>();
        for (var event : world.events) {
            assertThat(event.seq()).as("a gap before event").isLessThanOrEqualTo(read.size() + 1L);
            if (event.seq() == read.size() + 1L) {
                read.add(event);
            } else {
                assertThat(event).as("an event told again").isEqualTo(read.get((int) event.seq() - 1));
            }
        }
        assertThat(read).as("events").isEqualTo(events);
        var told = new ToldWorkers();
        read.forEach(event -> told.see(event.event()));
        assertThat(told.present()).as("who is present").isEqualTo(ToldWorkers.of(uncut));
        assertThat(view(world.space)).as("space").isEqualTo(outstanding(uncut));
        if (compacted) {
            assertThat(view(compacted(world.space))).as("space, compacted").isEqualTo(outstanding(uncut));
        }
        return events;
    }

    static Map<TaskRef, Integer> outstanding(MemoryState state) {
        var outstanding = new HashMap<TaskRef, Integer>();
        state.scan(Table.OUTSTANDING, new byte[0], (key, published) -> {
            var info = state.get(Table.RUN_INFOS, Keys.number(Keys.serial(key)));
            outstanding.put(new TaskRef(info.project(), info.number(), Keys.last(key)), published.attempt());
            return true;
        });
        return outstanding;
    }

    static Map<TaskRef, Integer> view(List<SpaceChange> changes) {
        var view = new SpaceView();
        changes.forEach(view::apply);
        return view.matching(Fold.LINUX, new FairShare(), 1_000).stream()
                .collect(Collectors.toMap(ReadyTask::ref, ReadyTask::attempt));
    }

    /** What compaction leaves of it: the last record of each key. */
    private static List<SpaceChange> compacted(List<SpaceChange> changes) {
        var last = new HashMap<TaskRef, Integer>();
        for (int i = 0; i < changes.size(); i++) {
            last.put(changes.get(i).task(), i);
        }
        return last.values().stream().sorted().map(changes::get).toList();
    }
}
