package dev.coil.scheduler.dispatch;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.Tombstone;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims that the log has not answered yet: a poll is answered with the task when the log has said yes, and waits on when it has said
 * no. For the dispatcher's thread alone.
 */
final class Claims {

    private static final Logger log = LoggerFactory.getLogger(Claims.class);

    /** A claim on its way. */
    private static final class Pending {
        final Poll poll;
        final ReadyTask task;
        final ClaimToken token;
        long sent;

        Pending(Poll poll, ReadyTask task, ClaimToken token) {
            this.poll = poll;
            this.task = task;
            this.token = token;
        }
    }

    private final Commands commands;
    private final GiveBacks giveBacks;
    private final Sessions sessions;
    private final Consumer<Session> awake;
    private final Map<TaskRef, Pending> pending = new HashMap<>();

    /** @param awake hears of sessions that wait on */
    Claims(Commands commands, GiveBacks giveBacks, Sessions sessions, Consumer<Session> awake) {
        this.commands = commands;
        this.giveBacks = giveBacks;
        this.sessions = sessions;
        this.awake = awake;
    }

    /** Claims a task for a session that waits. */
    void claim(Session session, ReadyTask task) {
        var resources = task.action().resources();
        session.shares.take(task.project(), session.slots(resources));
        session.take(resources);
        var holder = new Pending(session.polls.remove(), task, ClaimToken.of(task, session.nextClaim()));
        pending.put(task.ref(), holder);
        send(holder);
    }

    private void send(Pending holder) {
        var task = holder.task;
        holder.sent = System.nanoTime();
        var worker = holder.poll.session.hello().name();
        commands.append(new Command.ClaimTask(
                task.project(), task.run(), task.task(), task.attempt(), holder.token.claim(), worker));
    }

    /** The task was put. Returns whether it is one that is claimed already; a claim of an older attempt comes to nothing. */
    boolean isClaimed(ReadyTask task) {
        var holder = pending.get(task.ref());
        if (holder == null) {
            return false;
        }
        if (holder.task.attempt() >= task.attempt()) {
            return true;
        }
        pending.remove(task.ref());
        letGo(holder);
        return false;
    }

    /**
     * The task is out of the space: that may be the answer to a claim of it.
     *
     * @param current whether it was not a former owner who said so
     */
    void answered(TaskRef task, Tombstone tombstone, boolean current) {
        var holder = pending.get(task);
        // Who has won is so for ever, whoever says it; what a former owner withdrew may be there again.
        boolean holds = current || tombstone.winner() != null;
        if (holder != null && holds && holder.task.attempt() <= tombstone.attempt()) {
            pending.remove(task);
            take(holder, tombstone.winner(), tombstone.reason());
        }
    }

    private void take(Pending holder, @Nullable ClaimId winner, @Nullable String reason) {
        if (winner == null) {
            // That may have been said before the claim came to the log, which accepts it if the task is there again.
            giveBacks.giveBack(holder.token, reason == null ? "the task was withdrawn" : reason);
            letGo(holder);
        } else if (!winner.equals(holder.token.claim())) {
            letGo(holder);
        } else if (!grant(holder)) {
            giveBacks.giveBack(holder.token, "its worker was gone when it was to start");
            letGo(holder);
        }
    }

    private boolean grant(Pending holder) {
        var session = holder.poll.session;
        if (!holder.poll.isOpen() || !sessions.has(session)) {
            return false;
        }
        var hello = session.hello();
        sessions.add(new Lease(holder.token, session, false));
        session.hear();
        session.workedFor(holder.task.project());
        holder.poll.answer.complete(
                new Answer.Offer(holder.task, holder.token, hello.name(), hello.attributes(), hello.slots()));
        return true;
    }

    /** The claim came to nothing: its worker waits on. */
    private void letGo(Pending holder) {
        var session = holder.poll.session;
        var resources = holder.task.action().resources();
        session.shares.end(holder.task.project(), session.slots(resources), 0);
        session.release(resources);
        if (holder.poll.isOpen() && holder.poll.deadline - System.nanoTime() > 0 && sessions.has(session)) {
            session.polls.addFirst(holder.poll);
        } else {
            holder.poll.answerNothing();
        }
        awake.accept(session);
    }

    /** The owners say that they gave up whoever made this claim. Returns whether it is one of these. */
    boolean refused(ClaimId claim) {
        var refused = pending.values().stream()
                .filter(holder -> holder.token.claim().equals(claim))
                .findFirst();
        refused.ifPresent(holder -> {
            pending.remove(holder.task.ref());
            sessions.renew(holder.poll.session);
            letGo(holder);
        });
        return refused.isPresent();
    }

    /** Sends again what has had no answer for so long, in nanoseconds. */
    void sendAgain(long now, long patience) {
        for (var holder : pending.values()) {
            if (now - holder.sent > patience) {
                log.warn("claim {} of {} has no answer yet, sending it again", holder.token.claim(), holder.task.ref());
                send(holder);
            }
        }
    }

    /** Gives back all of them. */
    void giveBackAll(String reason) {
        for (var holder : pending.values()) {
            giveBacks.giveBack(holder.token, reason);
            holder.poll.answerNothing();
        }
        pending.clear();
    }
}
