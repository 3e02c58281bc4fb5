package dev.coil.scheduler.dispatch;

import java.util.concurrent.CompletableFuture;

/** A worker's request for a task, which waits for one. */
final class Poll {

    final Session session;

    /** By {@link System#nanoTime()}. */
    final long deadline;

    final CompletableFuture<Answer> answer = new CompletableFuture<>();

    Poll(Session session, long deadline) {
        this.session = session;
        this.deadline = deadline;
    }

    boolean isOpen() {
        return !answer.isDone();
    }

    /** There is no task for now. */
    void answerNothing() {
        session.hear();
        answer.complete(new Answer.Nothing(session.drained == null ? null : session.drained.sentence()));
    }
}
