package dev.coil.ops.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.protocol.codec.Codec;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Of benchmarks whose tasks take a while: on how many slots, and how long. */
final class TimedTasks {

    @Option(names = "--json", description = "Print one JSON document.")
    boolean json;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many workers there are (default: ${DEFAULT-VALUE}).")
    int workers;

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "25",
            description = "How many tasks each runs at once (default: ${DEFAULT-VALUE}).")
    int slots;

    @Option(
            names = "--task-millis",
            paramLabel = "N",
            defaultValue = "100",
            description = "How long a task takes (default: ${DEFAULT-VALUE}).")
    int millis;

    /** @throws ParameterException if the benchmark cannot run so */
    void check(CommandSpec spec, String option, int value, int least) {
        require(spec, option, value, least);
        require(spec, "--workers", workers, 1);
        require(spec, "--slots", slots, 1);
        require(spec, "--task-millis", millis, 1);
    }

    private static void require(CommandSpec spec, String option, int value, int least) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ": expected " + least + " or more");
        }
    }

    void print(PrintWriter out, ObjectNode document) {
        try {
            out.println(Codec.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write the figures as JSON", e);
        }
        out.flush();
    }
}
