package dev.coil.scheduler.state;

/**
 * What was staged under a submission's id.
 *
 * @param serial of the run that it is or will be
 * @param staged how many tasks
 * @param required how many of them are not allowed to fail
 * @param run the run's number; 0 while it is none
 */
public record Submission(long serial, int staged, int required, int run) {}
