package dev.coil.worker.runner;

import dev.coil.worker.health.Hours;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a worker puts up with from each task.
 *
 * @param log bytes that are kept of what an attempt prints, at least 64 KiB
 * @param disk bytes that a workspace may take up, if the task does not say
 * @param memory bytes that the tasks may have at once, and each that does not say; {@code null} for what the machine has
 * @param cpus how many of the machine's processors the tasks have, all of them together; {@code null} for what the worker has
 * @param longest how long a task may run, whatever its graph says; {@code null} for as long as that
 * @param user of the machine, as whom they run; {@code null} for the worker's own
 * @param sandbox whether tasks are shut in
 * @param caches bytes that are kept of what tasks leave for later ones; 0 for nothing
 * @param hours at which tasks are taken; what runs at their end goes on
 */
public record Limits(
        long log,
        long disk,
        @Nullable Long memory,
        @Nullable Integer cpus,
        @Nullable Duration longest,
        @Nullable String user,
        boolean sandbox,
        long caches,
        Hours hours) {

    private static final long LEAST_LOG = 64 * 1024;
    private static final long MIB = 1L << 20;

    public static final Limits STANDARD =
            new Limits(64 * MIB, 20 * 1024 * MIB, null, null, null, null, false, 10 * 1024 * MIB, Hours.ALWAYS);

    /** Facts of the machine, with what these limits add to them. */
    public Map<String, String> facts(Map<String, String> given) {
        var facts = new TreeMap<String, String>();
        if (sandbox) {
            facts.put("sandbox", "bubblewrap");
        }
        if (memory != null) {
            facts.put("memory", Long.toString(memory));
        }
        if (cpus != null) {
            facts.put("cpus", Integer.toString(processors()));
        }
        facts.putAll(given);
        return facts;
    }

    /** How many there are for the tasks. */
    public int processors() {
        int here = Runtime.getRuntime().availableProcessors();
        return cpus == null ? here : Math.min(cpus, here);
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
        if (caches != 0 && caches < MIB) {
            throw new IllegalArgumentException(
                    "the limit of caches is " + caches + " bytes: expected at least 1 MiB, or 0");
        }
        if (memory != null && memory < MIB) {
            throw new IllegalArgumentException("the limit of memory is " + memory + " bytes: expected at least 1 MiB");
        }
        if (cpus != null && cpus < 1) {
            throw new IllegalArgumentException("the tasks have " + cpus + " processors: expected at least 1");
        }
        if (longest != null && longest.toSeconds() < 1) {
            throw new IllegalArgumentException("tasks may run for no time: expected at least 1s");
        }
    }
}
