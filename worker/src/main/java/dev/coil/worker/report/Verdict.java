package dev.coil.worker.report;

import dev.coil.protocol.graph.Action.ExitMeaning;
import dev.coil.protocol.graph.Outcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an exit code means. What a task prints never counts. */
public final class Verdict {

    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private Verdict() {}

    public static ExitMeaning of(int exitCode, Map<Integer, ExitMeaning> meanings) {
        var usual = new ExitMeaning(exitCode == 0 ? Outcome.SUCCESS : Outcome.FAILURE, null);
        return meanings.getOrDefault(exitCode, usual);
    }

    /** What a person should know of it beyond the number; {@code null} if that says it all, or the graph gives it another meaning. */
    public static @Nullable String reason(int exitCode, Map<Integer, ExitMeaning> meanings) {
        if (meanings.containsKey(exitCode)) {
            return null;
        }
        var signal = Signals.named(exitCode);
        if (signal != null) {
            return "killed by " + signal + (signal.equals("SIGKILL") ? ", perhaps as memory ran out" : "");
        }
        // What shells mean by these:
        // https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_08_02
        return switch (exitCode) {
            case NOT_EXECUTABLE -> "exit code 126: a program could not be executed";
            case NOT_FOUND -> "exit code 127: a program was not found";
            default -> null;
        };
    }
}
