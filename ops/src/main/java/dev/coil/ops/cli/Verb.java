package dev.coil.ops.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.coil.ops.client.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all verbs have: their surroundings, {@code --help} and {@code --json}. */
abstract class Verb implements Callable<Integer> {

    final World world;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Option(names = "--json", description = "Print the result as JSON.")
    boolean json;

    Verb(World world) {
        this.world = world;
    }

    /** Does it, and gives the exit code. */
    @Override
    public abstract Integer call();

    /** A line of the result. */
    final void print(String line) {
        world.out().println(line);
    }

    /** The result as one JSON document. */
    final void printJson(Object value) {
        print(pretty(value));
    }

    /** A document as JSON, which is never in memory as anything but bytes. */
    final void printJson(byte[] document) {
        printJson(world.out(), document);
    }

    static void printJson(PrintStream out, byte[] document) {
        try (var parser = Json.MAPPER.createParser(document);
                var json = Json.MAPPER.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setPrettyPrinter(printer());
            while (parser.nextToken() != null) {
                json.copyCurrentEvent(parser);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot write JSON that was read", e);
        }
        out.println();
    }

    static String pretty(Object value) {
        try {
            return Json.MAPPER.writer(printer()).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot write " + value.getClass() + " as JSON", e);
        }
    }

    private static DefaultPrettyPrinter printer() {
        var indenter = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""));
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return printer;
    }

    /** A message beside the result. */
    final void note(String message) {
        world.err().println("coil: " + message);
    }

    final void warn(String message) {
        note("warning: " + message);
    }
}
