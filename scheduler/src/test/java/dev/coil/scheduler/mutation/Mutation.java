package dev.coil.scheduler.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to break the engine.
 *
 * @param name what is wrong then
 * @param file under the sources of {@code dev.coil.scheduler}, or {@code protocol/} and one under those of {@code dev.coil.protocol}
 * @param by the test that should find it
 * @param before the text that is replaced; there once
 */
record Mutation(String name, String file, String by, String before, String after) {

    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "coil");
    private static final String PROTOCOL = "protocol/";

    /** The file, from the directory of the module {@code scheduler}. */
    Path source() {
        return file.startsWith(PROTOCOL)
                ? Path.of("..", "protocol").resolve(SOURCES).resolve(file)
                : SOURCES.resolve("scheduler").resolve(file);
    }

    /** Blocks with an empty line between them; {@code #} starts a comment. */
    static List<Mutation> read(Path list) throws IOException {
        var mutations = new ArrayList<Mutation>();
        for (var block : Files.readString(list).split("\n\n+")) {
            var lines = block.lines().filter(line -> !line.startsWith("#")).toList();
            if (!lines.isEmpty()) {
                mutations.add(new Mutation(
                        lines.get(0), one(lines, "file "), one(lines, "by "), text(lines, "-"), text(lines, "+")));
            }
        }
        return mutations;
    }

    private static String one(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the mutation '" + lines.get(0) + "' has no line that starts with '" + key + "'"));
    }

    private static String text(List<String> lines, String mark) {
        return String.join(
                "\n",
                lines.stream()
                        .filter(line -> line.startsWith(mark))
                        .map(line -> line.substring(mark.length()))
                        .toList());
    }

    /** @throws IllegalStateException if the source no longer has what is to be replaced: the list is to be kept up with it */
    String apply(String source) {
        int at = source.indexOf(before);
        if (at < 0 || source.indexOf(before, at + 1) >= 0) {
            throw new IllegalStateException("the mutation '" + name + "' replaces a text that " + file + " has "
                    + (at < 0 ? "no longer" : "more than once") + "; bring ops/mutations up to date");
        }
        return source.substring(0, at) + after + source.substring(at + before.length());
    }
}
