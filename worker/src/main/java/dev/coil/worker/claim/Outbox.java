package dev.coil.worker.claim;

import dev.coil.protocol.command.Command;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the worker tells the owners. Every claim and every result is sent again until it has been answered. For the claim loop's
 * thread alone.
 */
public final class Outbox {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long RESEND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Appends to the command log, keeping order. The future tells whether it worked. */
    @FunctionalInterface
    public interface Commands {
        CompletableFuture<Long> append(Command.OfProject command);
    }

    private final Commands commands;
    private final String worker;
    private final Deque<HeldClaim> unanswered = new ArrayDeque<>();
    private final Deque<HeldClaim> unacknowledged = new ArrayDeque<>();
    private final Deque<Abandon> abandons = new ArrayDeque<>();

    private record Abandon(Command.AbandonClaim command, CompletableFuture<Long> appended, long sentNanos) {}

    /** @param worker its name, for people */
    Outbox(Commands commands, String worker) {
        this.commands = commands;
        this.worker = worker;
    }

    void claim(HeldClaim holder) {
        sendClaim(holder);
        unanswered.add(holder);
    }

    private void sendClaim(HeldClaim holder) {
        var task = holder.task;
        holder.claimedNanos = System.nanoTime();
        holder.claimed = commands.append(
                new Command.ClaimTask(task.project(), task.run(), task.task(), task.attempt(), holder.id, worker));
    }

    /** Sends the result, if there is one yet. */
    void finish(HeldClaim holder) {
        var task = holder.task;
        var result = holder.result;
        if (result != null) {
            holder.finishedNanos = System.nanoTime();
            holder.finished = commands.append(
                    new Command.FinishTask(task.project(), task.run(), task.task(), task.attempt(), holder.id, result));
        }
    }

    void giveBack(HeldClaim holder, String reason) {
        var task = holder.task;
        send(new Command.AbandonClaim(task.project(), task.run(), task.task(), task.attempt(), holder.id, reason));
    }

    private void send(Command.AbandonClaim abandon) {
        abandons.add(new Abandon(abandon, commands.append(abandon), System.nanoTime()));
    }

    /** The claim is accepted and its result is sent: what is left is to see that the result arrived. */
    void settle(HeldClaim holder) {
        unacknowledged.add(holder);
    }

    /** Whether no result is on its way. */
    boolean isSettled() {
        return unacknowledged.isEmpty();
    }

    /**
     * Sends again what was not answered in time. Both queues are in order of sending, so that a look at their heads is enough.
     *
     * @return the claims about which all is settled now
     */
    List<HeldClaim> resend() {
        long now = System.nanoTime();
        for (var head = unanswered.peek(); head != null; head = unanswered.peek()) {
            if (!head.accepted && !head.dropped) {
                if (now - head.claimedNanos < ANSWER_NANOS) {
                    break;
                }
                sendAgain(head);
                unanswered.add(head);
            }
            unanswered.remove();
        }
        resendAbandons(now);
        var settled = new ArrayList<HeldClaim>();
        while (!unacknowledged.isEmpty() && isSettled(unacknowledged.peek(), now)) {
            settled.add(unacknowledged.remove());
        }
        return settled;
    }

    /** What is not given back is taken from the worker later, and charged to the task. */
    private void resendAbandons(long now) {
        for (var head = abandons.peek(); head != null && head.appended().isDone(); head = abandons.peek()) {
            if (head.appended().isCompletedExceptionally()) {
                if (now - head.sentNanos() < RESEND_NANOS) {
                    return;
                }
                send(head.command());
            }
            abandons.remove();
        }
    }

    private boolean isSettled(HeldClaim holder, long now) {
        var finished = holder.finished;
        if (finished == null || holder.dropped) {
            return true;
        }
        if (finished.isCompletedExceptionally() && now - holder.finishedNanos > RESEND_NANOS) {
            log.warn("the result of {} could not be appended, sending it again", holder.task.ref());
            finish(holder);
        }
        return finished.isDone() && !finished.isCompletedExceptionally();
    }

    /** The result goes behind the claim: before it, the log would not have taken it. One that is still on its way is waited for. */
    private void sendAgain(HeldClaim holder) {
        if (holder.claimed.isDone()) {
            log.warn("claim {} of {} has no answer yet, sending it again", holder.id, holder.task.ref());
            sendClaim(holder);
            finish(holder);
        } else {
            holder.claimedNanos = System.nanoTime();
        }
    }
}
