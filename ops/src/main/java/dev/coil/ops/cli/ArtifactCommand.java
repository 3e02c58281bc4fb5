package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "artifact", description = "List or fetch what the tasks of a run have kept.")
final class ArtifactCommand extends Group {}
