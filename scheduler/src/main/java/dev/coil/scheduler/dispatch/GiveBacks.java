package dev.coil.scheduler.dispatch;

import dev.coil.protocol.command.Command;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Claims that are given back, each until it stands in the log: otherwise their tasks would run for ever with nobody who runs them. */
final class GiveBacks {

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Sent(Command.AbandonClaim command, CompletableFuture<Long> appended, long at) {}

    private final Commands log;
    private final Deque<Sent> sent = new ArrayDeque<>();

    GiveBacks(Commands log) {
        this.log = log;
    }

    void giveBack(ClaimToken token, String reason) {
        send(new Command.AbandonClaim(
                token.project(), token.run(), token.task(), token.attempt(), token.claim(), reason));
    }

    private void send(Command.AbandonClaim command) {
        sent.add(new Sent(command, log.append(command), System.nanoTime()));
    }

    /** Sends again what did not arrive. */
    void look() {
        long now = System.nanoTime();
        for (var head = sent.peek(); head != null && head.appended().isDone(); head = sent.peek()) {
            if (head.appended().isCompletedExceptionally()) {
                if (now - head.at() < AGAIN_NANOS) {
                    return;
                }
                send(head.command());
            }
            sent.remove();
        }
    }
}
