package dev.coil.protocol.event;

/**
 * An event with its place.
 *
 * @param partition of the event log; not part of the record's value
 * @param seq dense per partition, from 1: a reader drops what it has, and notices a gap
 * @param at milliseconds since the epoch, by the log's clock
 */
public record EventRecord(int partition, long seq, long at, Event event) {}
