package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "import", description = "Write a graph from what another system has.")
final class ImportCommand extends Group {}
