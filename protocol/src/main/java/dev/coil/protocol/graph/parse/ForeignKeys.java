package dev.coil.protocol.graph.parse;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What users of other systems write, and what it is called here. */
final class ForeignKeys {

    private static final String NO_DEPTH =
            "leave it out: the history of the project is there, of other URLs the one commit";

    private static final Map<String, String> HINTS = Map.ofEntries(
            Map.entry("jobs", "name it 'tasks'"),
            Map.entry("command", "write one script under 'run'"),
            Map.entry("commands", "write one script under 'run'"),
            Map.entry("cmd", "write one script under 'run'"),
            Map.entry("workdir", "write 'working-directory'"),
            Map.entry("cwd", "write 'working-directory'"),
            Map.entry("directory", "write 'working-directory'"),
            Map.entry("dir", "write 'working-directory'"),
            Map.entry("environment", "write 'env'"),
            Map.entry("retries", "write 'retry', such as {failure: 2}"),
            Map.entry("soft_fail", "write 'allow-failure'"),
            Map.entry("agents", "write 'runs-on'"),
            Map.entry("parallelism", "write 'matrix', such as {shard: [1, 2, 3]}"),
            Map.entry("max-parallel", "write 'concurrency' in the task, such as {group: site, max: 2}"),
            Map.entry("resource_group", "write 'concurrency'"),
            Map.entry("concurrency_group", "write 'concurrency'"),
            Map.entry("outputs", "keep files with 'artifacts'"),
            Map.entry("artifact_paths", "write 'artifacts', with a name for each path"),
            Map.entry("timeout_in_minutes", "write 'timeout', such as 60m"),
            Map.entry("stages", "order tasks with 'needs'"),
            Map.entry("stage", "order tasks with 'needs'"),
            Map.entry("steps", "write one script under 'run'"),
            Map.entry("script", "write one script under 'run'"),
            Map.entry("after_script", "write one script under 'run', with a trap on EXIT"),
            Map.entry("when", "write 'if'"),
            Map.entry("permissions", "leave it out"),
            Map.entry("with", "Coil runs scripts: write 'run'"),
            Map.entry("before_script", "write one script under 'run'"),
            Map.entry("strategy", "write 'matrix' right in the task"),
            Map.entry("parallel", "write 'matrix'"),
            Map.entry("variables", "write 'env'"),
            Map.entry("tags", "write 'runs-on'"),
            Map.entry("rules", "write 'if'"),
            Map.entry("only", "write 'if'"),
            Map.entry("except", "write 'if'"),
            Map.entry("dependencies", "write 'needs' and 'download'"),
            Map.entry("depends_on", "write 'needs'"),
            Map.entry("depends", "write 'needs'"),
            Map.entry("depends-on", "write 'needs'"),
            Map.entry("requires", "write 'needs'"),
            Map.entry("timeout-minutes", "write 'timeout', such as 60m"),
            Map.entry("continue-on-error", "write 'allow-failure'"),
            Map.entry("container", "tasks run on the worker itself, without containers: leave it out for now"),
            Map.entry("uses", "Coil runs scripts: write 'run'"),
            Map.entry("repo", "write 'repository'"),
            Map.entry("fetch-depth", NO_DEPTH),
            Map.entry("depth", NO_DEPTH),
            Map.entry("token", "git on the machine that submits finds it by its credential helper"),
            Map.entry("ssh-key", "git on the machine that submits finds it"),
            Map.entry("<<", YamlTraps.NO_MERGE));

    private ForeignKeys() {}

    /** What to do about a key; {@code null} for one that no system is known to have. */
    static @Nullable String hint(String key) {
        return HINTS.get(key);
    }
}
