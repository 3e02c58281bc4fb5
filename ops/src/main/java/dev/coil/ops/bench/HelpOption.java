package dev.coil.ops.bench;

import picocli.CommandLine.Option;

/** {@code --help}, as every verb has it. */
final class HelpOption {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;
}
