package dev.coil.protocol.tuple;

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
 */
public record WorkerInfo(
        String name,
        String worker,
        String incarnation,
        Attributes attributes,
        int slots,
        String version,
        long startedAt,
        boolean draining) {}
