package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.Meta;
import java.util.List;
import java.util.Random;

/** The commands of a simulation, in which runs are forgotten, and told again what is of none. */
public final class RecordedLog {

    private static final int FORGETTING = 7;

    private final List<SimulatedLog.Entry> entries;

    private RecordedLog(List<SimulatedLog.Entry> entries) {
        this.entries = entries;
    }

    public static RecordedLog of(long seed, int steps) {
        var space = new SimulatedSpace(seed);
        var random = new Random(seed);
        for (int step = 0; step < steps; step++) {
            space.step();
            if (random.nextInt(FORGETTING) == 0) {
                space.users.forget();
            }
            if (random.nextInt(FORGETTING) == 0) {
                space.log.append(new Command.TellAgain(space.log.epoch()));
            }
        }
        space.settle();
        space.forgetAll();
        space.log.append(new Command.TellAgain(space.log.epoch()));
        return new RecordedLog(space.log.entries());
    }

    public int size() {
        return entries.size();
    }

    /** Folds commands into a state, as a process does that begins with them. */
    public void fold(MemoryState state, int until) {
        var resolver = new Resolver(state);
        for (int offset = (int) Meta.POSITION.get(state); offset < until; offset++) {
            var entry = entries.get(offset);
            resolver.apply(state, entry.command(), offset, entry.at());
            Meta.POSITION.set(state, offset + 1L);
        }
    }
}
