package dev.coil.scheduler.dispatch;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Judges workers of which nothing is heard. For the dispatcher's thread alone. */
final class Silence {

    /** What becomes of them. */
    interface Consequences {
        void giveBack(Lease lease, String reason);

        /** From any thread: the end of the lease stands in the log, or is of no interest. */
        void ended(Lease lease, Outcome outcome);

        void remove(Session session);
    }

    private final Sessions sessions;
    private final Commands commands;
    private final Patience patience;
    private final Consequences consequences;

    Silence(Sessions sessions, Commands commands, Patience patience, Consequences consequences) {
        this.sessions = sessions;
        this.commands = commands;
        this.patience = patience;
        this.consequences = consequences;
    }

    void judge(long now) {
        for (var lease : sessions.leases()) {
            judge(lease, now);
        }
        for (var session : sessions.silent(now, patience.session().toNanos())) {
            if (session.leases.isEmpty()) {
                consequences.remove(session);
            } else {
                List.copyOf(session.leases).forEach(lease -> fail(lease, patience.session()));
            }
        }
    }

    private void judge(Lease lease, long now) {
        long silence = now - lease.heard();
        if (!lease.isSpokenOf() && silence > patience.handedOut().toNanos()) {
            consequences.giveBack(lease, "its worker never said that it had come");
        } else if (silence > patience.claim().toNanos()) {
            fail(lease, patience.claim());
        }
    }

    /** The attempt is an error of the infrastructure. The lease ends when that stands in the log, and is judged again if it does not. */
    private void fail(Lease lease, Duration silence) {
        if (lease.isEnding()) {
            return;
        }
        if (lease.stopReason() != null) {
            consequences.ended(lease, Outcome.CANCELLED);
            return;
        }
        lease.ending(true);
        var token = lease.token;
        var reason =
                "the worker " + lease.session.hello().name() + " was not heard of for " + silence.toSeconds() + " s";
        commands.append(new Command.FinishTask(
                        token.project(),
                        token.run(),
                        token.task(),
                        token.attempt(),
                        token.claim(),
                        error(lease, reason)))
                .whenComplete((offset, failure) -> {
                    if (failure == null) {
                        consequences.ended(lease, Outcome.ERROR);
                    } else {
                        lease.ending(false);
                    }
                });
    }

    private static AttemptResult error(Lease lease, String reason) {
        long now = System.currentTimeMillis();
        long ran = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lease.since);
        long kept = Math.max(0, lease.kept.get());
        return new AttemptResult(Outcome.ERROR, null, null, reason, now - ran, now, kept, List.of(), null, null);
    }
}
