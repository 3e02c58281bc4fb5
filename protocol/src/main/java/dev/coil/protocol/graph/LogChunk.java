package dev.coil.protocol.graph;

/**
 * A piece of what a task printed.
 *
 * @param offset of its first byte in the attempt's log, in which both streams stand in the order they came; chunks may come twice,
 *     and a reader that writes each at its offset has the log
 * @param at when its first byte was read, by the worker's clock, in milliseconds since the epoch
 * @param stream 1 for standard output, 2 for standard error, 0 for what the worker itself says
 */
public record LogChunk(TaskRef task, int attempt, long offset, long at, int stream, byte[] bytes) {}
