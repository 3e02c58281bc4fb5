package dev.coil.protocol.graph.trigger;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When a run starts by the clock. A time of day that the clocks leave out when they are put forward is due at the moment when they are,
 * once; one that they show twice is due the first time.
 *
 * @param timezone whose clocks are meant
 * @param tasks names, groups or globs of tasks: these and what they need; empty for all
 */
public record Schedule(Cron cron, ZoneId timezone, List<String> tasks) {

    public Schedule {
        tasks = List.copyOf(tasks);
    }

    /** The next time after this one at which it is due; empty if there is none. */
    public Optional<Instant> next(Instant after) {
        var shown = LocalDateTime.ofInstant(after, timezone);
        // while the clocks show the same hour again, what they show has been due already
        for (var due = cron.next(shown); due.isPresent(); due = cron.next(due.get())) {
            var instant = instant(due.get());
            if (instant.isAfter(after)) {
                return Optional.of(instant);
            }
        }
        return Optional.empty();
    }

    private Instant instant(LocalDateTime due) {
        var rules = timezone.getRules();
        var gap = rules.getValidOffsets(due).isEmpty() ? rules.getTransition(due) : null;
        return gap != null ? gap.getInstant() : due.atZone(timezone).toInstant();
    }

    /** Tells it from the other schedules of its file. It stays the same as long as the schedule does, so ticks can be remembered by it. */
    public String key() {
        return Stream.concat(Stream.of(cron.text(), timezone.getId()), tasks.stream())
                .collect(Collectors.joining(" "));
    }
}
