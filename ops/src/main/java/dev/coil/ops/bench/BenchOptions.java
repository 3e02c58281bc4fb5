package dev.coil.ops.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.protocol.codec.Codec;
import dev.coil.scheduler.owner.CheckpointPolicy;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What all benchmarks have in common: how often, and how to show it. */
final class BenchOptions {

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Option(
            names = "--reps",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often to measure; the median counts (default: ${DEFAULT-VALUE}).")
    int reps;

    @Option(
            names = "--warm-ups",
            paramLabel = "N",
            defaultValue = "8",
            description = "How often to run before that; the first gives the cold figure (default: ${DEFAULT-VALUE}).")
    int warmUps;

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many tasks the worker runs at once (default: ${DEFAULT-VALUE}).")
    int slots;

    @Option(
            names = "--checkpoint-after",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Write the state to Kafka after so many commands; 0 for never (default: ${DEFAULT-VALUE}).")
    private long checkpointAfter;

    CheckpointPolicy checkpoints() {
        return new CheckpointPolicy(checkpointAfter > 0 ? checkpointAfter : CheckpointPolicy.NEVER);
    }

    /** @throws ParameterException if the benchmark cannot run so */
    void check(CommandSpec spec, String option, int value) {
        require(spec, option, value);
        require(spec, "--reps", reps);
        require(spec, "--warm-ups", warmUps);
        require(spec, "--slots", slots);
    }

    private static void require(CommandSpec spec, String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " is " + value + ": expected 1 or more");
        }
    }

    static ObjectNode document() {
        return Codec.MAPPER.createObjectNode();
    }

    /** A number with the digits that mean something. */
    static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.4g", value));
    }

    /** Prints the document, or a table of its numbers. */
    void print(PrintWriter out, ObjectNode document) {
        print(out, document, json);
    }

    static void print(PrintWriter out, ObjectNode document, boolean json) {
        if (json) {
            try {
                out.println(Codec.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("cannot write the figures as JSON", e);
            }
        } else {
            document.properties().forEach(field -> {
                if (field.getValue().isNumber()) {
                    out.printf(
                            Locale.ROOT,
                            "%-28s %,14.3f%n",
                            field.getKey(),
                            field.getValue().doubleValue());
                }
            });
        }
        out.flush();
    }
}
