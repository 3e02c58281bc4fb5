package dev.coil.worker.report;

import dev.coil.protocol.graph.Action.ExitMeaning;
import dev.coil.protocol.graph.Outcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an exit code means. What a task prints never counts. */
public final class Verdict {

    private Verdict() {}

    public static ExitMeaning of(int exitCode, Map<Integer, ExitMeaning> meanings) {
        var usual = new ExitMeaning(exitCode == 0 ? Outcome.SUCCESS : Outcome.FAILURE, null);
        return meanings.getOrDefault(exitCode, usual);
    }

    /** What a person should know of it beyond the number; {@code null} if that says it all, or the graph gives it another meaning. */
    public static @Nullable String reason(int exitCode, Map<Integer, ExitMeaning> meanings) {
        var signal = meanings.containsKey(exitCode) ? null : Signals.named(exitCode);
        if (signal == null) {
            return null;
        }
        return "killed by " + signal + (signal.equals("SIGKILL") ? ", perhaps as memory ran out" : "");
    }
}
