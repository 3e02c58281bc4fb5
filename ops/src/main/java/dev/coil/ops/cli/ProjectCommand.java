package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "project", description = "Set up projects whose pushes start runs.")
final class ProjectCommand extends Group {}
