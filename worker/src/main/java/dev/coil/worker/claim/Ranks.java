package dev.coil.worker.claim;

import dev.coil.protocol.space.Claimants;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How long this worker leaves a task to those before it in rank. Each class of tasks is matched once with the workers of a moment. */
final class Ranks {

    private final Supplier<List<WorkerInfo>> workers;
    private List<WorkerInfo> moment = List.of();
    private final Map<Requirement, Collection<String>> matching = new HashMap<>();

    /** @param workers those that are present; the same list as long as nothing changed */
    Ranks(Supplier<List<WorkerInfo>> workers) {
        this.workers = workers;
    }

    /** In milliseconds. */
    long delayMillis(ReadyTask task, String me) {
        var present = workers.get();
        if (present.size() < 2) {
            return 0;
        }
        if (present != moment) {
            moment = present;
            matching.clear();
        }
        return Claimants.delayMillis(task.ref(), me, matching.computeIfAbsent(task.requirement(), this::whoMatches));
    }

    private Collection<String> whoMatches(Requirement requirement) {
        return moment.stream()
                .filter(worker -> !worker.draining() && requirement.isMetBy(worker.attributes()))
                .map(WorkerInfo::incarnation)
                .toList();
    }
}
