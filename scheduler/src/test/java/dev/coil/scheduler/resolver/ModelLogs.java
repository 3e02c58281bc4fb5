package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.control.Control;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.scheduler.turn.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The topics of a broker, and the disks of the machines on which owners run: what a {@link ModelOwner} lives on. */
class ModelLogs {

    record Entry(Command command, long at) {}

    final List<Entry> commands = new ArrayList<>();
    final List<Effect.Emit> events = new ArrayList<>();
    final List<SpaceChange> space = new ArrayList<>();
    final List<Control.StopClaim> stops = new ArrayList<>();

    /** What each store would show a process that opens it. */
    final List<MemoryState> stores = new ArrayList<>(List.of(new MemoryState(), new MemoryState()));

    /** What a store would show after its machine was killed; nothing that is not here. */
    final Map<Integer, MemoryState> flushed = new HashMap<>();

    /** Stores to which nothing can be written. */
    final Set<Integer> full = new HashSet<>();

    /** The broker's clock, in milliseconds. */
    long now = 1_000;

    /** The machine of a store is killed. */
    void kill(int store) {
        stores.set(store, flushed.getOrDefault(store, new MemoryState()));
    }

    /** Returns the offset. */
    long append(Command command) {
        commands.add(new Entry(command, now));
        return commands.size() - 1;
    }

    /** Of the owner that started last. */
    long epoch() {
        for (int i = commands.size() - 1; i >= 0; i--) {
            if (commands.get(i).command() instanceof Command.StartEpoch) {
                return i;
            }
        }
        return 0;
    }
}
