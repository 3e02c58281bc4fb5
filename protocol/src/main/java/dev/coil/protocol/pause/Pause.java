package dev.coil.protocol.pause;

/**
 * Nothing new of the scope is started until an operator resumes it; what runs goes on.
 *
 * @param reason one sentence for a person; may be empty
 * @param by who paused it, for people
 * @param since by the log's clock, in milliseconds since the epoch
 */
public record Pause(PauseScope scope, String reason, String by, long since) {}
