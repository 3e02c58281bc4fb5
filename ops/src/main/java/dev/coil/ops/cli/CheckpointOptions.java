package dev.coil.ops.cli;

import dev.coil.scheduler.owner.CheckpointPolicy;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says when a node writes its state to Kafka. */
final class CheckpointOptions {

    private static final String NEVER = "never";
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,11}");

    @Option(
            names = "--checkpoint-after",
            paramLabel = "N",
            description = {
                "Write the state to Kafka after N commands, about three a task, so that old commands can go (default: 100000).",
                "With 'never', all commands are kept."
            })
    private @Nullable String commands;

    /** @throws IllegalArgumentException with the option that cannot be */
    CheckpointPolicy policy() {
        if (commands == null) {
            return CheckpointPolicy.STANDARD;
        }
        if (commands.equals(NEVER)) {
            return new CheckpointPolicy(CheckpointPolicy.NEVER);
        }
        if (!NUMBER.matcher(commands).matches()) {
            throw new IllegalArgumentException(
                    "--checkpoint-after is '" + commands + "': expected a number from 1 on, or never");
        }
        return new CheckpointPolicy(Long.parseLong(commands));
    }
}
