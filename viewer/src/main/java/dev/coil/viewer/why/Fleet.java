package dev.coil.viewer.why;

import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.space.Capacity;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.Full;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Departed;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunningTask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The workers of a moment: who could take what, and what is left of them. */
final class Fleet {

    private final Projection projection;
    private final List<WorkerInfo> present;
    private final Map<String, List<RunningTask>> running;
    private final Map<String, Capacity> capacities = new HashMap<>();
    private final Map<String, FairShare> shares = new HashMap<>();

    Fleet(Projection projection) {
        this.projection = projection;
        present = projection.workers().present();
        running = projection.workers().running();
    }

    List<WorkerInfo> present() {
        return present;
    }

    /** Those whose attributes meet it, whatever they do. */
    List<WorkerInfo> matching(Requirement requirement) {
        return present.stream()
                .filter(worker -> requirement.isMetBy(worker.attributes()))
                .toList();
    }

    /** Of those, the ones that take anything new. */
    List<WorkerInfo> open(Requirement requirement) {
        return matching(requirement).stream().filter(this::takesMore).toList();
    }

    boolean takesMore(WorkerInfo worker) {
        return worker.takesMore() && projection.pauses().ofWorker(worker.name()) == null;
    }

    /** Those that were here, the last one that left first. */
    List<Departed.Worker> departed(Requirement requirement) {
        return projection.workers().departed().stream()
                .filter(gone -> requirement.isMetBy(gone.worker().attributes()))
                .toList();
    }

    List<RunningTask> running(WorkerInfo worker) {
        return running.getOrDefault(worker.incarnation(), List.of());
    }

    /** What is left of it beside what it runs. */
    Capacity capacity(WorkerInfo worker) {
        return capacities.computeIfAbsent(worker.incarnation(), incarnation -> {
            var capacity = Capacity.of(worker);
            running(worker).forEach(task -> capacity.take(task.resources()));
            return capacity;
        });
    }

    List<Full> vetoes(WorkerInfo worker, Resources resources) {
        return capacity(worker).vetoes(resources);
    }

    FairShare shares(WorkerInfo worker) {
        return shares.computeIfAbsent(
                worker.incarnation(), incarnation -> projection.workers().shares(incarnation));
    }
}
