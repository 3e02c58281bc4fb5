package dev.coil.worker.execute;

import dev.coil.worker.execute.ScriptEnd.Violation;
import dev.coil.worker.host.Bytes;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sees that the processes of a task do not have more main memory than they may. Pages that several of them share count once, but to
 * find that out is slow, so it is done only when it matters. Linux alone tells.
 */
final class MemoryWatch implements Watch {

    private final ProcessTree tree;
    private final long limit;

    MemoryWatch(ProcessTree tree, long limit) {
        this.tree = tree;
        this.limit = limit;
    }

    @Override
    public @Nullable Violation look() {
        return sum(ProcFs::resident) > limit && sum(ProcFs::proportional) > limit
                ? new Violation("memory", "used more than " + Bytes.text(limit) + " of memory")
                : null;
    }

    private long sum(ToLongFunction<Long> memory) {
        return tree.members().stream().mapToLong(memory).sum();
    }
}
