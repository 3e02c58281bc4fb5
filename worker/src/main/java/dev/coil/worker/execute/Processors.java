package dev.coil.worker.execute;

import dev.coil.worker.host.Programs;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which processors tasks run on: by taskset (Linux) or cpuset (FreeBSD), which need no rights. All tasks share them. What a program asks
 * the system for is narrowed with it ({@code nproc}), but one that chooses its processors itself gets others.
 *
 * @param prefix of a command line; empty for all that the worker may use
 */
public record Processors(List<String> prefix) {

    public static final Processors ALL = new Processors(List.of());

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    /**
     * The first ones of those that the worker itself may use; tried out.
     *
     * @param count {@code null} for all
     * @throws IOException with what is missing
     */
    public static Processors first(@Nullable Integer count) throws IOException, InterruptedException {
        if (count == null) {
            return ALL;
        }
        var prefix = Files.isReadable(STATUS) ? byTaskset(count) : byCpuset(count);
        var processors = new Processors(prefix);
        var trial = Programs.run(processors.command(List.of("true")));
        if (!trial.success()) {
            throw new IOException(
                    "--cpus does not work here: " + String.join(" ", prefix) + " says: " + trial.complaint());
        }
        return processors;
    }

    private static List<String> byTaskset(int count) throws IOException {
        if (!isThere("taskset")) {
            throw missing();
        }
        try (var lines = Files.lines(STATUS)) {
            var allowed = lines.filter(line -> line.startsWith(ALLOWED))
                    .map(line -> line.substring(ALLOWED.length()).strip())
                    .findFirst()
                    .orElseThrow(() -> new IOException(
                            "--cpus does not work here: " + STATUS + " has no line " + ALLOWED + "; leave it out"));
            return List.of("taskset", mask(allowed, count));
        }
    }

    /**
     * The mask that taskset takes.
     *
     * @param allowed numbers and spans of them: {@code 0-3,8-11}
     */
    static String mask(String allowed, int count) {
        return spans(allowed)
                .limit(count)
                .mapToObj(BigInteger.ZERO::setBit)
                .reduce(BigInteger.ZERO, BigInteger::or)
                .toString(16);
    }

    private static IntStream spans(String allowed) {
        return Arrays.stream(allowed.split(",")).flatMapToInt(span -> {
            var ends = span.strip().split("-");
            return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        });
    }

    private static List<String> byCpuset(int count) throws IOException, InterruptedException {
        if (!isThere("cpuset")) {
            throw missing();
        }
        var own = Long.toString(ProcessHandle.current().pid());
        var said = Programs.run(List.of("cpuset", "-g", "-p", own)).said();
        int at = said.indexOf("mask: ");
        if (at < 0) {
            throw new IOException("--cpus does not work here: cpuset -g -p " + own + " says: " + said);
        }
        var numbers = spans(said.substring(at + "mask: ".length())
                        .lines()
                        .findFirst()
                        .orElse(""))
                .limit(count)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
        return List.of("cpuset", "-l", numbers);
    }

    private static IOException missing() {
        return new IOException("--cpus needs the program taskset (Linux: of util-linux or busybox) or cpuset (FreeBSD),"
                + " and it is not on PATH: install it, or leave out --cpus");
    }

    private static boolean isThere(String program) {
        return ShellCommand.isThere(program, System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    }

    List<String> command(List<String> command) {
        var words = new ArrayList<>(prefix);
        words.addAll(command);
        return words;
    }
}
