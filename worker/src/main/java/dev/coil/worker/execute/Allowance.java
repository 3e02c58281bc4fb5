package dev.coil.worker.execute;

import org.jspecify.annotations.Nullable;

/**
 * How much of its machine a task may use.
 *
 * @param memory bytes that all its processes may have in main memory; {@code null} for no limit
 * @param disk bytes that its workspace may take up
 */
public record Allowance(@Nullable Long memory, long disk) {}
