package dev.coil.scheduler.resolver;

import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** The tasks of a run, of all the kinds that the resolver treats apart. */
final class RandomTasks {

    private final Random random;

    RandomTasks(Random random) {
        this.random = random;
    }

    List<TaskSpec> list(int size) {
        var tasks = new ArrayList<TaskSpec>();
        for (int index = 0; index < size; index++) {
            tasks.add(task(index));
        }
        return tasks;
    }

    private TaskSpec task(int index) {
        var needs = new TreeSet<Integer>();
        for (int n = random.nextInt(5) - 1; index > 0 && n > 0; n--) {
            needs.add(random.nextInt(3) == 0 ? 0 : random.nextInt(index));
        }
        var task = Fold.task("t" + index, needs.toArray(new Integer[0]));
        task = switch (random.nextInt(14)) {
            case 0 -> Fold.allowed(task);
            case 1 -> Fold.timed(task, 1_000, 0);
            case 2 -> Fold.timed(task, 3_000, 2_000);
            case 3 ->
                Fold.when(
                        task,
                        List.of("always()", "failure()", "success()", "cancelled()")
                                .get(random.nextInt(4)));
            case 4, 5 -> Fold.trying(task, random.nextInt(3), random.nextInt(2), random.nextInt(3));
            case 6 -> Fold.grouped(task, "g", 2, false);
            case 7 -> Fold.grouped(task, "h", 1, random.nextInt(4) == 0);
            case 8 -> Fold.requiring(task, "arch=s390x os=linux");
            default -> task;
        };
        var priority = random.nextInt(3);
        var build = task.with().priority(Priority.values()[priority == 2 ? random.nextInt(3) : 1]);
        if (random.nextInt(6) == 0) {
            build.start(Start.GRANTED);
        }
        return build.build();
    }
}
