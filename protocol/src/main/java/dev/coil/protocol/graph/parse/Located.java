package dev.coil.protocol.graph.parse;

/** A value and where it stands. */
public record Located<T>(T value, Position at) {}
