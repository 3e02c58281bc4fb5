package dev.coil.ops.node;

import dev.coil.protocol.log.EventsUnreadable;
import dev.coil.scheduler.owner.CommandsLost;
import dev.coil.scheduler.owner.CommandsUnreadable;
import dev.coil.scheduler.owner.FoldFailed;
import dev.coil.scheduler.owner.LogReplaced;
import dev.coil.scheduler.owner.StateUnrecoverable;
import dev.coil.scheduler.resolver.RulesUnknown;
import dev.coil.viewer.logs.LogsUnreadable;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Says why a part of a node did not start, and what to do. */
final class StartFailures {

    /** What to do when commands were lost. */
    static final String RESTORE_OR_FORGET = "Restore Kafka's data from a copy if you have one. Else 'coil up --repair'"
            + " makes the events anew from the commands that are left: what the lost ones did is forgotten";

    /** What to do when events cannot be read. */
    static final String REPAIR_EVENTS =
            "'coil up --repair' makes the events anew from the commands (on a Kafka cluster, restore the topic)";

    private StartFailures() {}

    /** @param part as in "the viewer did not start" */
    static String explain(String part, Throwable failure) {
        return explain(part, "did not start", failure);
    }

    /** @param part as in "the node cannot go on" */
    static String explainEnd(String part, Throwable failure) {
        return explain(part, "cannot go on", failure);
    }

    private static String explain(String part, String what, Throwable failure) {
        var cause = telling(failure);
        var sentence = part + " " + what + ": " + (cause instanceof IOException io ? Reason.of(io) : text(cause));
        if (cause instanceof CommandsLost) {
            return sentence + ". " + RESTORE_OR_FORGET;
        }
        if (cause instanceof FoldFailed failed) {
            return sentence
                    + ". Nothing behind it goes on. If a newer Coil wrote it, start that one; else 'coil up --quarantine "
                    + failed.partition() + "@" + failed.offset()
                    + "' leaves it out for good: what it should have done is not done";
        }
        if (cause instanceof EventsUnreadable) {
            return sentence + ". " + REPAIR_EVENTS;
        }
        if (cause instanceof LogsUnreadable) {
            return sentence + ". 'coil up --repair' removes it (on a Kafka cluster, restore the topic); what pages show"
                    + " of the tasks' output stays";
        }
        if (cause instanceof StateUnrecoverable) {
            return sentence
                    + ". Nothing was removed. If a newer Coil wrote it, start that one; else restore the directory of"
                    + " Kafka's data from a copy (on a Kafka cluster, the topics), or start with another COIL_HOME";
        }
        if (cause instanceof CommandsUnreadable) {
            return sentence
                    + ". Nothing else has what is in it: restore the directory of Kafka's data from a copy, or start"
                    + " with another COIL_HOME";
        }
        if (cause instanceof LogReplaced) {
            return sentence
                    + ". Nothing else has what was in it: restore Kafka's topics coil.commands and coil.events from a copy, or"
                    + " start with an empty cluster";
        }
        if (cause instanceof RulesUnknown) {
            return sentence + ". A newer Coil has gone on with them: start that one, or one that is newer still";
        }
        return sentence;
    }

    /** What is wrapped by those who only pass it on. */
    private static Throwable telling(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null
                && (cause.getCause().getMessage() != null || cause.getCause() instanceof IOException)
                && (cause instanceof UncheckedIOException
                        || cause.getClass() == RuntimeException.class
                        || cause instanceof java.util.concurrent.ExecutionException
                        || cause instanceof java.util.concurrent.CompletionException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String text(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
