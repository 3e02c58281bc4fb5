package dev.coil.scheduler.state;

/**
 * What is staged of the tasks that a running task generates.
 *
 * @param attempt under whose claim
 * @param sha256 the digest of the file that names them
 * @param parts how many have come
 * @param tasks how many tasks are in them
 * @param required how many of those are not allowed to fail
 */
public record Staging(int attempt, String sha256, int parts, int tasks, int required) {}
