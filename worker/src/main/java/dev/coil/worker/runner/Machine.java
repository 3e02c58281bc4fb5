package dev.coil.worker.runner;

import dev.coil.protocol.tuple.Attributes;

/** What tasks are told of the worker that they run on: its name, its attributes and among how many slots it is shared. */
public record Machine(String name, Attributes attributes, int slots) {}
