package dev.coil.scheduler.dispatch;

import java.time.Duration;

/**
 * How long what is silent is waited for.
 *
 * @param session a worker that nothing is heard of is gone
 * @param handedOut a task was handed out, and nothing was heard of it since: the answer was lost. As long as any other
 *     silence: an emulated machine under load has taken more than 20 s for its first word
 * @param claim something was heard of a task, and now nothing more
 * @param answer a claim is sent again if the log has not answered it
 */
record Patience(Duration session, Duration handedOut, Duration claim, Duration answer) {

    static final Patience STANDARD = new Patience(
            Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(10));
}
