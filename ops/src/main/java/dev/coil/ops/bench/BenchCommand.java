package dev.coil.ops.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code coil bench}: the benchmarks that keep the architecture honest. */
@Command(
        name = "bench",
        description = "Measure the whole way of tasks that do nothing, on servers of its own.",
        subcommands = {
            ThroughputCommand.class,
            ChainCommand.class,
            StoreCommand.class,
            SharesCommand.class,
            BacklogCommand.class,
            WorkersCommand.class,
            PollsCommand.class
        })
public final class BenchCommand implements Runnable {

    @Mixin
    HelpOption help = new HelpOption();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "which one: throughput, chain, store, shares, backlog, workers or polls?");
    }
}
