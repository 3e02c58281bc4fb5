package dev.coil.ops.progress;

import dev.coil.ops.client.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;

/** Says which tasks wait for a worker that is not there, or for an operator: {@code 3 tasks wait: no worker has arch=s390x}. */
final class Stranded {

    private Stranded() {}

    /** A sentence for each reason, in the tasks' order. */
    static List<String> sentences(Collection<Task> tasks) {
        var reasons = new LinkedHashMap<String, List<Task>>();
        for (var task : tasks) {
            if (task.isStranded() && task.reason() != null) {
                reasons.computeIfAbsent(task.reason(), r -> new ArrayList<>()).add(task);
            }
        }
        var sentences = new ArrayList<String>();
        reasons.forEach((reason, stranded) -> sentences.add(who(stranded) + ": " + reason));
        return sentences;
    }

    private static String who(List<Task> tasks) {
        return tasks.size() == 1 ? tasks.get(0).name() + " waits" : tasks.size() + " tasks wait";
    }
}
