package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "token", description = "Let people and workers in: a token does that once, for whoever has it.")
final class TokenCommand extends Group {}
