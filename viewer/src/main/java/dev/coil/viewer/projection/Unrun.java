package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Outcome;
import org.jspecify.annotations.Nullable;

/** What a person is told of a task that was skipped because another one was: where the chain of skipped tasks began, and why. */
final class Unrun {

    private static final String LINK = " was not run";

    private Unrun() {}

    /**
     * The reason with its own reason: {@code test was not run: build failed}, however many tasks lie between.
     *
     * @param needs of the task
     * @param reason as its end gives it
     */
    static @Nullable String reason(RunState run, Needs needs, @Nullable String reason) {
        if (reason == null || !reason.endsWith(LINK)) {
            return reason;
        }
        for (int i = 0; i < needs.size(); i++) {
            int need = needs.get(i);
            var state = run.task(need);
            if (state.outcome() == Outcome.SKIPPED
                    && reason.equals(run.facts(need).name() + LINK)) {
                return state.reason() == null ? reason : reason + ": " + origin(state.reason());
            }
        }
        return reason;
    }

    private static String origin(String reason) {
        int link = reason.lastIndexOf(LINK + ": ");
        return link < 0 ? reason : reason.substring(link + LINK.length() + 2);
    }
}
