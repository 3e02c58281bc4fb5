package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "worker", description = "Run a worker on this machine, or drain one anywhere.")
final class WorkerCommand extends Group {}
