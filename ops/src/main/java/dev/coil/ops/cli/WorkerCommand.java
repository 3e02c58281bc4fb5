package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "worker", description = "Run a worker on this machine.")
final class WorkerCommand extends Group {}
