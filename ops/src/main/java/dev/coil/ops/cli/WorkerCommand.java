package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "worker", description = "Run a worker on this machine; let workers in, drain and remove them.")
final class WorkerCommand extends Group {}
