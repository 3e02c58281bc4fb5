package dev.coil.scheduler.mutation;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;

/**
 * Applies each mutation to a copy of its file, compiles that to a directory that goes before the engine's classes, and runs the tests
 * in a process of its own until one fails. The sources are not touched. Ends with 1 if a mutation survives.
 */
final class Mutate {

    private static final long MOST_SECONDS = 180;
    private static final String SURVIVED = "SURVIVED";

    private Mutate() {}

    /** @param args the list, and words of the names of those that are wanted; all without any */
    public static void main(String[] args) throws Exception {
        var wanted = List.of(args).subList(1, args.length);
        int survivors = 0;
        int all = 0;
        for (var mutation : Mutation.read(Path.of(args[0]))) {
            if (!wanted.stream().allMatch(mutation.name()::contains)) {
                continue;
            }
            long began = System.nanoTime();
            var found = tell(mutation);
            survivors += found.startsWith(FirstFailure.FOUND) ? 0 : 1;
            all++;
            System.out.printf(
                    "%-58s %-24s %3d s  %s%n",
                    mutation.name(), mutation.by(), TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began), found);
        }
        System.out.printf("%d mutations, %d not found%n", all, survivors);
        System.exit(survivors == 0 && all > 0 ? 0 : 1);
    }

    private static String tell(Mutation mutation) throws IOException, InterruptedException {
        try {
            return find(mutation);
        } catch (IllegalStateException e) {
            return "NOT TRIED: " + e.getMessage();
        }
    }

    private static String find(Mutation mutation) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("mutation");
        try {
            var source = directory.resolve(mutation.source().getFileName());
            Files.writeString(source, mutation.apply(Files.readString(mutation.source())));
            var classes = Files.createDirectory(directory.resolve("classes"));
            var path = System.getProperty("java.class.path");
            int failed = ToolProvider.getSystemJavaCompiler()
                    .run(
                            null,
                            null,
                            null,
                            "-nowarn",
                            "-proc:none",
                            "-cp",
                            path,
                            "-d",
                            classes.toString(),
                            source.toString());
            if (failed != 0) {
                throw new IllegalStateException("the mutation '" + mutation.name() + "' does not compile");
            }
            return test(mutation, classes + File.pathSeparator + path, directory.resolve("out"));
        } finally {
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static String test(Mutation mutation, String path, Path out) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dcoil.runs=60",
                "-Dcoil.depth=6",
                "-cp",
                path,
                FirstFailure.class.getName(),
                mutation.by()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return FirstFailure.FOUND + "tests that do not end";
        }
        var lines = Files.readAllLines(out);
        return lines.stream()
                .filter(line -> line.startsWith(FirstFailure.FOUND))
                .findFirst()
                .orElseGet(() -> process.exitValue() == 0 ? SURVIVED : "the tests cannot run: " + lines);
    }
}
