package dev.coil.viewer.why;

import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.RunningTask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long the tasks of a project took in the last runs in which any passed: the median of those with the same name, else of those
 * with the same name in the graph, whatever their matrix.
 */
final class Durations {

    private static final int RUNS = 5;
    private static final int MOST_TASKS = 400_000;

    private final Projection projection;
    private final Map<String, Medians> known = new HashMap<>();

    private record Medians(Map<String, Long> byName, Map<String, Long> byBase) {}

    Durations(Projection projection) {
        this.projection = projection;
    }

    /** In milliseconds; {@code null} if none like it has ended yet. */
    @Nullable
    Long of(RunState run, int task) {
        var facts = run.facts(task);
        if (facts.script().isEmpty()) {
            return 0L;
        }
        var medians = known.computeIfAbsent(run.project(), this::measure);
        var own = medians.byName().get(facts.name());
        return own == null ? medians.byBase().get(facts.base()) : own;
    }

    /** What is left of a task that runs; {@code null} if nobody can know. */
    @Nullable
    Long left(RunningTask task, long now) {
        var run = projection.run(task.ref().project(), task.ref().run());
        var usual = run == null ? null : of(run, task.ref().task());
        return usual == null ? null : Math.max(0, task.since() + usual - now);
    }

    private Medians measure(String project) {
        var byName = new HashMap<String, List<Long>>();
        var byBase = new HashMap<String, List<Long>>();
        int tasks = 0;
        int runs = 0;
        for (var run : projection.runs(project).descendingMap().values()) {
            if (run.head().counts().of(Outcome.SUCCESS) == 0) {
                continue;
            }
            tasks += run.size();
            if (runs++ == RUNS || tasks > MOST_TASKS) {
                break;
            }
            for (int task = 0; task < run.size(); task++) {
                var attempt = run.task(task).latestAttempt();
                if (attempt != null && attempt.outcome() == Outcome.SUCCESS) {
                    long took = attempt.finishedAt() - attempt.startedAt();
                    byName.computeIfAbsent(run.facts(task).name(), name -> new ArrayList<>(1))
                            .add(took);
                    byBase.computeIfAbsent(run.facts(task).base(), base -> new ArrayList<>())
                            .add(took);
                }
            }
        }
        return new Medians(medians(byName), medians(byBase));
    }

    private static Map<String, Long> medians(Map<String, List<Long>> samples) {
        var medians = new HashMap<String, Long>();
        samples.forEach((name, millis) -> {
            Collections.sort(millis);
            medians.put(name, millis.get(millis.size() / 2));
        });
        return medians;
    }
}
