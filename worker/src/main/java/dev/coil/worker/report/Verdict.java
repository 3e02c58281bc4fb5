package dev.coil.worker.report;

import dev.coil.protocol.graph.Action.ExitMeaning;
import dev.coil.protocol.graph.Outcome;
import java.util.Map;

/** What an exit code means. What a task prints never counts. */
public final class Verdict {

    private Verdict() {}

    public static ExitMeaning of(int exitCode, Map<Integer, ExitMeaning> meanings) {
        var usual = new ExitMeaning(exitCode == 0 ? Outcome.SUCCESS : Outcome.FAILURE, null);
        return meanings.getOrDefault(exitCode, usual);
    }
}
