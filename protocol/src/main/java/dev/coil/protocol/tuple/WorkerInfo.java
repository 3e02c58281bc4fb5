package dev.coil.protocol.tuple;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A worker as it announces itself: the content of its presence node.
 *
 * @param name for people; unique in a fleet by its owners' care ({@code build7})
 * @param worker a stable random id, kept in the worker's directory, which only one process at a time can hold
 * @param incarnation a random id of this process's present session; claims are held by an incarnation
 * @param slots how many tasks it runs at once
 * @param version the program's version
 * @param startedAt milliseconds since the epoch
 * @param draining whether it takes no further tasks
 * @param gateway the id of the gateway through which the worker is present; {@code null} if it has a session of its own
 * @param rules which tasks its owner lets it take; {@code null} for all that it matches
 * @param unfit why it takes no further tasks by its own judgement of its machine, as a part of a sentence that begins with it:
 *     {@code has a disk that is nearly full}; {@code null} if it is fit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkerInfo(
        String name,
        String worker,
        String incarnation,
        Attributes attributes,
        int slots,
        String version,
        long startedAt,
        boolean draining,
        @Nullable String gateway,
        @Nullable OwnerRules rules,
        @Nullable String unfit) {

    /** A worker that takes whatever it matches. */
    public WorkerInfo(
            String name,
            String worker,
            String incarnation,
            Attributes attributes,
            int slots,
            String version,
            long startedAt,
            boolean draining,
            @Nullable String gateway) {
        this(name, worker, incarnation, attributes, slots, version, startedAt, draining, gateway, null, null);
    }

    /** Whether its owner lets it take a task of such a run. */
    public boolean mayTake(String project, String ref, String event) {
        return (rules == null ? OwnerRules.NONE : rules).allow(project, ref, event);
    }

    /** A worker with a session of its own. */
    public WorkerInfo(
            String name,
            String worker,
            String incarnation,
            Attributes attributes,
            int slots,
            String version,
            long startedAt,
            boolean draining) {
        this(name, worker, incarnation, attributes, slots, version, startedAt, draining, null);
    }

    /** Whether it is another worker of this name. */
    public boolean isNamesakeOf(String otherName, String otherWorker) {
        return name.equals(otherName) && !worker.equals(otherWorker);
    }

    /** Whether it takes further tasks, as far as itself is concerned. */
    public boolean takesMore() {
        return !draining && unfit == null;
    }
}
