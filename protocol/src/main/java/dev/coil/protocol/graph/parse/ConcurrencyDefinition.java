package dev.coil.protocol.graph.parse;

/** A concurrency group as it stands in the file. */
public record ConcurrencyDefinition(Template group, int max, boolean cancelInProgress) {}
