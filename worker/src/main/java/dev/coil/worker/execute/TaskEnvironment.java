package dev.coil.worker.execute;

import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.TaskVariables;
import dev.coil.protocol.tuple.Attributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The environment variables of a script: a few of the worker's own, what Coil tells, and on top the task's. */
public final class TaskEnvironment {

    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "TMPDIR");

    private TaskEnvironment() {}

    /**
     * The variables.
     *
     * @param inherited the worker's own environment
     * @param workerName for people
     * @param slots among which the worker's cpus are shared where a task has none reserved
     * @param url the node's base URL; {@code null} if it is not known
     */
    public static Map<String, String> of(
            ReadyTask task,
            ClaimId claim,
            Map<String, String> inherited,
            String workerName,
            Attributes attributes,
            int slots,
            @Nullable String url) {
        var variables = new TreeMap<String, String>();
        INHERITED.forEach(key -> {
            if (inherited.containsKey(key)) {
                variables.put(key, inherited.get(key));
            }
        });
        if (url != null) {
            variables.put("COIL_URL", url);
        }
        variables.putAll(TaskVariables.of(task, claim, workerName, attributes, slots));
        return variables;
    }
}
