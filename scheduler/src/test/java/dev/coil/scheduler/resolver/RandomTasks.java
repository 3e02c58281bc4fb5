package dev.coil.scheduler.resolver;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** The tasks of a run, of all the kinds that the resolver treats apart. */
final class RandomTasks {

    private static final int DEEPEST = 3;

    private final Random random;
    private final String prefix;
    private final int depth;

    /** Those of a graph file. */
    RandomTasks(Random random) {
        this(random, "", 0);
    }

    private RandomTasks(Random random, String prefix, int depth) {
        this.random = random;
        this.prefix = prefix;
        this.depth = depth;
    }

    /** Those that a task generates. */
    static RandomTasks generated(Random random, String generator, int depth) {
        return new RandomTasks(random, generator + "/", depth);
    }

    List<TaskSpec> list(int size) {
        var tasks = new ArrayList<TaskSpec>();
        for (int index = 0; index < size; index++) {
            tasks.add(task(index, tasks));
        }
        return tasks;
    }

    private TaskSpec task(int index, List<TaskSpec> before) {
        var needs = new TreeSet<Integer>();
        for (int n = random.nextInt(5) - 1; index > 0 && n > 0; n--) {
            needs.add(random.nextInt(3) == 0 ? 0 : random.nextInt(index));
        }
        var task = Fold.task(prefix + "t" + index, needs.toArray(new Integer[0]));
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
        build.needs(
                build.build().needs().stream().map(need -> ofAll(need, before)).toList());
        if (depth < DEEPEST && random.nextInt(8) == 0) {
            build.action(task.action().generating(new Action.Generates("more.yml", depth + 1, null)));
            build.start(Start.GRANTED);
        } else if (random.nextInt(6) == 0) {
            build.start(Start.GRANTED);
        }
        return build.build();
    }

    /** Of a generator, now and then all that it generates is needed as well. */
    private Need ofAll(Need need, List<TaskSpec> before) {
        return before.get(need.task()).action().generates() != null && random.nextInt(3) > 0
                ? new Need(need.task(), need.accept(), true)
                : need;
    }
}
