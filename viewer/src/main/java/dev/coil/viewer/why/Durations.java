package dev.coil.viewer.why;

import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long the tasks of a project took in its last runs: the median of those with the same name in the graph. */
final class Durations {

    private static final int RUNS = 5;
    private static final int MOST_TASKS = 200_000;

    private final Projection projection;
    private final Map<String, Map<String, Long>> known = new HashMap<>();

    Durations(Projection projection) {
        this.projection = projection;
    }

    /** In milliseconds; {@code null} if none like it has ended yet. */
    @Nullable
    Long of(RunState run, int task) {
        return known.computeIfAbsent(run.project(), this::measure)
                .get(run.facts(task).base());
    }

    private Map<String, Long> measure(String project) {
        var samples = new HashMap<String, List<Long>>();
        int tasks = 0;
        int runs = 0;
        for (var run : projection.runs(project).descendingMap().values()) {
            tasks += run.size();
            if (runs++ == RUNS || tasks > MOST_TASKS) {
                break;
            }
            for (int task = 0; task < run.size(); task++) {
                var attempt = run.task(task).latestAttempt();
                if (attempt != null && attempt.outcome() == Outcome.SUCCESS) {
                    samples.computeIfAbsent(run.facts(task).base(), base -> new ArrayList<>())
                            .add(attempt.finishedAt() - attempt.startedAt());
                }
            }
        }
        var medians = new HashMap<String, Long>();
        samples.forEach((base, millis) -> {
            Collections.sort(millis);
            medians.put(base, millis.get(millis.size() / 2));
        });
        return medians;
    }
}
