package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "key", description = "See who has a key to the node, and shut somebody out.")
final class KeyCommand extends Group {}
