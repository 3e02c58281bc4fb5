package dev.coil.protocol.graph.trigger;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What starts runs by itself, beside those who submit them.
 *
 * @param push {@code null} if no push does
 * @param pullRequest {@code null} if no pull request does
 * @param schedules in the order of the file
 */
public record Triggers(@Nullable PushTrigger push, @Nullable PullRequestTrigger pullRequest, List<Schedule> schedules) {

    /** Of a file without {@code on}: pushes to every branch, and every pull request. */
    public static final Triggers DEFAULT =
            new Triggers(new PushTrigger(Filter.ALL, null, null), new PullRequestTrigger(null, null), List.of());

    public Triggers {
        schedules = List.copyOf(schedules);
    }

    /** Why an occasion starts no run, as a sentence for people; empty if it does start one. */
    public Optional<String> refusal(Occasion occasion) {
        return switch (occasion.event()) {
            case PUSH ->
                push == null ? unnamed(occasion.event()) : skipped(occasion).or(() -> push.refusal(occasion));
            case PULL_REQUEST ->
                pullRequest == null
                        ? unnamed(occasion.event())
                        : skipped(occasion).or(() -> pullRequest.refusal(occasion));
            case SCHEDULE -> schedules.isEmpty() ? unnamed(occasion.event()) : Optional.empty();
        };
    }

    private static Optional<String> unnamed(Event event) {
        return Optional.of("'" + event.text() + "' is not among the events under 'on'");
    }

    private static Optional<String> skipped(Occasion occasion) {
        return SkipMark.find(occasion.message()).map(mark -> "the commit's message says " + mark);
    }
}
