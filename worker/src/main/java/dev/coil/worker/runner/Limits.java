package dev.coil.worker.runner;

import dev.coil.worker.health.Hours;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a worker puts up with from each task.
 *
 * @param log bytes that are kept of what an attempt prints, at least 64 KiB
 * @param disk bytes that a workspace may take up, if the task does not say
 * @param sandbox whether tasks are shut in
 * @param hours at which tasks are taken; what runs at their end goes on
 */
public record Limits(long log, long disk, boolean sandbox, Hours hours) {

    private static final long LEAST_LOG = 64 * 1024;
    private static final long MIB = 1L << 20;

    public static final Limits STANDARD = new Limits(64 * MIB, 20 * 1024 * MIB, false, Hours.ALWAYS);

    /** Facts of the machine, with what these limits add to them. */
    public Map<String, String> facts(Map<String, String> given) {
        if (!sandbox) {
            return given;
        }
        var facts = new TreeMap<>(Map.of("sandbox", "bubblewrap"));
        facts.putAll(given);
        return facts;
    }

    /** @throws IllegalArgumentException with the limit that cannot be */
    public Limits {
        if (log < LEAST_LOG) {
            throw new IllegalArgumentException("the limit of logs is " + log + " bytes: expected at least 64 KiB");
        }
        if (disk < MIB) {
            throw new IllegalArgumentException(
                    "the limit of workspaces is " + disk + " bytes: expected at least 1 MiB");
        }
    }
}
