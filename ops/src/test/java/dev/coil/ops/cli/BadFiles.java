package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Graph files that are wrong in a way that no line of a table can show: by title. */
final class BadFiles {

    private final Map<String, Bad> all = new LinkedHashMap<>();

    /** Lays a bad graph into a directory. */
    @FunctionalInterface
    interface Making {
        void make(Path graph) throws IOException;
    }

    /**
     * One of them.
     *
     * @param description for the table
     * @param large whether reading it takes seconds
     */
    record Bad(String description, boolean large, Making making) {}

    BadFiles() {
        file("missing", "nothing is there", graph -> {});
        file("a directory", ".coil.yml is a directory", Files::createDirectory);
        file(
                "a link to nowhere",
                ".coil.yml is a symbolic link to gone.yml",
                graph -> Files.createSymbolicLink(graph, Path.of("gone.yml")));
        file(
                "no file",
                ".coil.yml is a link to /dev/null",
                graph -> Files.createSymbolicLink(graph, Path.of("/dev/null")));
        bytes("empty", "no byte", new byte[0]);
        bytes("binary", "the first bytes of a program", new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 3});
        bytes("a NUL byte", "name: a<NUL>b on line 1", "name: a\0b\ntasks: {a: {run: x}}\n".getBytes(UTF_8));
        bytes("Latin-1", "the byte 0xE9 on line 2", new byte[] {'#', '\n', '#', ' ', 'c', 'a', 'f', (byte) 0xe9, '\n'});
        bytes("UTF-16", "a good graph in UTF-16 with its byte order mark", "tasks: {a: {run: x}}\n".getBytes(UTF_16));
        all.put("larger than 64 MiB", new Bad("65 MiB of comment", true, BadFiles::tooLarge));
        text(
                "one very long line",
                "a list of 100,000 needs on one line",
                "tasks: {a: {run: x, needs: [" + list(100_000, i -> "n" + i) + "]}}\n");
        text("nested 1,000 deep", "x: [[[[…]]]]", "x-x: " + "[".repeat(1_000) + "]".repeat(1_000) + "\n");
        text("billion laughs", "nine anchors, each ten times the one before", laughs());
        text("a name of 201 characters", "a…a: {run: x}", "tasks:\n  " + "a".repeat(201) + ": {run: x}\n");
        text(
                "cycle of 1,000",
                "t0 needs t1 needs t2 … t999 needs t0",
                "tasks:\n" + lines(1_000, i -> "t" + i + ": {run: x, needs: t" + (i + 1) % 1_000 + "}"));
        text(
                "a matrix of 100,000",
                "a: 100 values, b: 100, c: 10",
                "tasks:\n  a: {run: x, matrix: {a: ["
                        + list(100, Integer::toString) + "], b: [" + list(100, Integer::toString) + "], c: ["
                        + list(10, Integer::toString) + "]}}\n");
        text(
                "a script of more than 4 MiB",
                "a: {run: xxx…}",
                "tasks:\n  a: {run: " + "x".repeat((4 << 20) + 1) + "}\n");
        all.put("1,000,000 tasks", new Bad("t0 … t999999, a line each", true, BadFiles::aMillion));
        all.put("1,000,000 instances", new Bad("100 matrices of 10,000", true, BadFiles::matrices));
        text(
                "100,000,000 edges",
                "a barrier between two matrices of 10,000",
                "tasks:\n  a: {run: x, matrix: {v: ["
                        + list(10_000, Integer::toString) + "]}}\n  b: {run: x, needs: a, matrix: {w: ["
                        + list(10_000, Integer::toString) + "]}}\n");
        text(
                "1,000 mistakes",
                "1,000 tasks with a misspelt key",
                "tasks:\n" + lines(1_000, i -> "t" + i + ": {rnu: x}"));
    }

    Map<String, Bad> all() {
        return all;
    }

    private void file(String title, String description, Making making) {
        all.put(title, new Bad(description, false, making));
    }

    private void bytes(String title, String description, byte[] bytes) {
        file(title, description, graph -> Files.write(graph, bytes));
    }

    private void text(String title, String description, String text) {
        bytes(title, description, text.getBytes(UTF_8));
    }

    private static void tooLarge(Path graph) throws IOException {
        try (var out = Files.newOutputStream(graph)) {
            var comment = ("#".repeat(1023) + "\n").repeat(1024).getBytes(UTF_8);
            for (int i = 0; i < 65; i++) {
                out.write(comment);
            }
        }
    }

    private static void aMillion(Path graph) throws IOException {
        Files.writeString(graph, "tasks:\n" + lines(1_000_000, i -> "t" + i + ": {run: x}"));
    }

    private static void matrices(Path graph) throws IOException {
        var axis = "[" + list(100, Integer::toString) + "]";
        Files.writeString(
                graph,
                "x-m: &m {a: " + axis + ", b: " + axis + "}\ntasks:\n"
                        + lines(100, i -> "t" + i + ": {run: x, matrix: *m}"));
    }

    private static String laughs() {
        var text = new StringBuilder("x-0: &a0 [ha]\n");
        for (int i = 1; i < 10; i++) {
            int before = i - 1;
            text.append("x-").append(i).append(": &a").append(i).append(" [");
            text.append(list(10, n -> "*a" + before)).append("]\n");
        }
        return text + "tasks: {a: {run: x}}\n";
    }

    private static String list(int count, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(", "));
    }

    private static String lines(int count, IntFunction<String> line) {
        return IntStream.range(0, count)
                .mapToObj(i -> "  " + line.apply(i) + "\n")
                .collect(Collectors.joining());
    }
}
