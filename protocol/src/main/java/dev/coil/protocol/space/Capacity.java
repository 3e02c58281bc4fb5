package dev.coil.protocol.space;

import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.tuple.Attributes;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a worker: slots, and what tasks have reserved of its memory and disk. A task that wants processors takes as many
 * slots as so many processors are worth here; one that wants the machine for itself takes all. Not thread-safe.
 */
public final class Capacity {

    private final int slots;
    private final long cpus;
    private int free;
    private int running;
    private long memory;
    private long disk;

    /** Of a worker that runs so many tasks at once, on a machine with these attributes. */
    public Capacity(int slots, Attributes attributes) {
        this.slots = slots;
        free = slots;
        cpus = amount(attributes.fact("cpus"), slots);
        memory = amount(attributes.fact("memory"), Long.MAX_VALUE);
        disk = amount(attributes.fact("disk"), Long.MAX_VALUE);
    }

    private static long amount(@Nullable String fact, long otherwise) {
        try {
            return fact == null ? otherwise : Math.max(1, new BigDecimal(fact).longValue());
        } catch (NumberFormatException notANumber) {
            return otherwise;
        }
    }

    /** How many slots a task with these resources takes. */
    public int slots(Resources resources) {
        var wanted = resources.cpus();
        if (resources.exclusive()) {
            return slots;
        }
        return wanted == null ? 1 : (int) Math.max(1, Math.min(slots, (wanted * (long) slots + cpus - 1) / cpus));
    }

    /** Whether there is room for such a task now. */
    public boolean fits(Resources resources) {
        return slots(resources) <= free
                && of(resources.memory()) <= memory
                && of(resources.disk()) <= disk
                // Nobody else keeps an exclusive task from its machine, not even one that takes no slot for a moment.
                && (!resources.exclusive() || running == 0);
    }

    /** A task is claimed; what it is to have is its own from now on, whether it fits or not. */
    public void take(Resources resources) {
        move(resources, -1);
    }

    /** Nothing runs for a task any more. */
    public void release(Resources resources) {
        move(resources, 1);
    }

    private void move(Resources resources, int sign) {
        free += sign * slots(resources);
        running -= sign;
        memory += sign * of(resources.memory());
        disk += sign * of(resources.disk());
    }

    private static long of(@Nullable Long amount) {
        return amount == null ? 0 : amount;
    }

    /** How many slots are free. */
    public int free() {
        return free;
    }

    /** How many tasks have something. */
    public int running() {
        return running;
    }
}
