package dev.coil.protocol.space;

import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a worker: slots, and what tasks have reserved of its memory and disk. A task that wants processors takes as many
 * slots as so many processors are worth there; one that wants the machine for itself takes all. Not thread-safe.
 */
public final class Capacity {

    private final int slots;
    private final long cpus;
    private final long wholeMemory;
    private final long wholeDisk;
    private int free;
    private int running;
    private long memory;
    private long disk;

    public Capacity(int slots, Attributes attributes) {
        this.slots = slots;
        free = slots;
        cpus = amount(attributes.fact("cpus"), slots);
        wholeMemory = amount(attributes.fact("memory"), Long.MAX_VALUE);
        wholeDisk = amount(attributes.fact("disk"), Long.MAX_VALUE);
        memory = wholeMemory;
        disk = wholeDisk;
    }

    /** All of a worker. */
    public static Capacity of(WorkerInfo worker) {
        return new Capacity(worker.slots(), worker.attributes());
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

    /** Everything of which too little is left for such a task now; empty if there is room for it. */
    public List<Full> vetoes(Resources resources) {
        if (slots(resources) <= free
                && resources.memory() == null
                && resources.disk() == null
                && !resources.exclusive()) {
            return List.of();
        }
        var vetoes = new ArrayList<Full>();
        // Nobody else keeps an exclusive task from its machine, not even one that takes no slot for a moment.
        if (resources.exclusive() && running > 0) {
            vetoes.add(new Full(Full.Kind.COMPANY, 0, running, slots));
        } else {
            add(vetoes, Full.Kind.SLOTS, slots(resources), free, slots);
        }
        add(vetoes, Full.Kind.MEMORY, of(resources.memory()), memory, wholeMemory);
        add(vetoes, Full.Kind.DISK, of(resources.disk()), disk, wholeDisk);
        return vetoes;
    }

    private static void add(List<Full> vetoes, Full.Kind kind, long wanted, long left, long whole) {
        if (wanted > left) {
            vetoes.add(new Full(kind, wanted, left, whole));
        }
    }

    /** Whether there is room for such a task now. */
    public boolean fits(Resources resources) {
        return vetoes(resources).isEmpty();
    }

    public void take(Resources resources) {
        move(resources, -1);
    }

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

    /** How many slots are left. */
    public int free() {
        return free;
    }

    /** How many tasks there are. */
    public int running() {
        return running;
    }
}
