package dev.coil.viewer.projection;

import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The last workers that left and have not come back. One thread changes it, any may read. */
public final class Departed {

    /** What a fleet may lose before the oldest is forgotten. */
    private static final int MOST = 200;

    /**
     * A worker that is not present any longer.
     *
     * @param worker as it was
     * @param since when owners noticed, by the log's clock, in milliseconds since the epoch
     */
    public record Worker(WorkerInfo worker, long since) {}

    private volatile List<Worker> all = List.of();

    /**
     * Some left, or came back.
     *
     * @param gone by name
     * @param isPresent whether a worker of this name is present
     */
    void changed(List<WorkerInfo> gone, Predicate<String> isPresent, long at) {
        var before = all;
        var next = new ArrayList<Worker>();
        gone.stream()
                .filter(worker -> !isPresent.test(worker.name()))
                .forEach(worker -> next.add(new Worker(worker, at)));
        Set<String> known = next.stream().map(left -> left.worker().name()).collect(Collectors.toSet());
        before.stream()
                .filter(left -> !isPresent.test(left.worker().name()))
                .filter(left -> known.add(left.worker().name()))
                .forEach(next::add);
        all = List.copyOf(next.subList(0, Math.min(MOST, next.size())));
    }

    /** The last one first. */
    List<Worker> all() {
        return all;
    }
}
