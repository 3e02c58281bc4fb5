package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.trigger.Cron;
import dev.coil.protocol.graph.trigger.Filter;
import dev.coil.protocol.graph.trigger.FilterPattern;
import dev.coil.protocol.graph.trigger.PullRequestTrigger;
import dev.coil.protocol.graph.trigger.PushTrigger;
import dev.coil.protocol.graph.trigger.Schedule;
import dev.coil.protocol.graph.trigger.TriggerException;
import dev.coil.protocol.graph.trigger.Triggers;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code on}, which is known to be of its shape. */
final class TriggerReader {

    private static final String PATHS = "paths";
    private static final String IGNORE = "-ignore";
    private static final int LONGEST_ABBREVIATION = 6;

    /** What people write before names, and what patterns of them never have. */
    private static final Map<String, String> PREFIXES =
            Map.of("branches", "refs/heads/", "tags", "refs/tags/", PATHS, "/");

    private final Problems problems;
    private final List<Located<String>> scheduled = new ArrayList<>();

    TriggerReader(Problems problems) {
        this.problems = problems;
    }

    /** The names and globs of tasks that were met on the way. */
    List<Located<String>> scheduled() {
        return List.copyOf(scheduled);
    }

    Triggers read(Yaml on) {
        if (!(on instanceof Yaml.Mapping events)) {
            var names = values(on).stream().map(Yaml.Scalar::text).toList();
            return new Triggers(
                    names.contains("push") ? new PushTrigger(null, null, null) : null,
                    names.contains("pull_request") ? new PullRequestTrigger(null, null) : null,
                    List.of());
        }
        return new Triggers(
                push(events.get("push")), pullRequest(events.get("pull_request")), schedules(events.get("schedule")));
    }

    private @Nullable PushTrigger push(@Nullable Yaml push) {
        return push == null
                ? null
                : new PushTrigger(filter(push, "branches"), filter(push, "tags"), filter(push, PATHS));
    }

    private @Nullable PullRequestTrigger pullRequest(@Nullable Yaml pullRequest) {
        return pullRequest == null
                ? null
                : new PullRequestTrigger(filter(pullRequest, "branches"), filter(pullRequest, PATHS));
    }

    private @Nullable Filter filter(Yaml event, String key) {
        if (!(event instanceof Yaml.Mapping keys)) {
            return null;
        }
        var named = keys.get(key);
        var ignored = keys.get(key + IGNORE);
        if (named != null && ignored != null) {
            problems.add(
                    ignored.at(),
                    "'" + key + "' and '" + key + IGNORE + "' exclude each other",
                    "in '" + key + "', what a pattern that begins with ! matches is left out again");
        }
        return named != null ? filter(named, key, false) : ignored != null ? filter(ignored, key, true) : null;
    }

    private Filter filter(Yaml node, String key, boolean ignores) {
        var patterns = new ArrayList<FilterPattern>();
        for (var value : values(node)) {
            var pattern = pattern(value, key);
            if (pattern != null) {
                patterns.add(pattern);
            }
        }
        if (!patterns.isEmpty() && patterns.stream().allMatch(FilterPattern::negated)) {
            problems.add(
                    node.at(),
                    "all of this begins with !, and there is nothing that it could be left out of",
                    ignores ? "leave out the !" : "write it without the ! under '" + key + IGNORE + "'");
        }
        return new Filter(ignores, patterns);
    }

    private @Nullable FilterPattern pattern(Yaml.Scalar value, String key) {
        var text = value.text();
        var prefix = Objects.requireNonNull(PREFIXES.get(key));
        int start = text.startsWith("!") ? 1 : 0;
        if (text.startsWith(prefix, start)) {
            var bare = text.substring(0, start) + text.substring(start + prefix.length());
            problems.add(
                    value.place(start),
                    key + " are named without " + prefix + " at the start",
                    bare.isEmpty() ? "leave it out" : "write \"" + Yaml.abbreviated(bare) + "\"");
            return null;
        }
        try {
            return key.equals(PATHS) ? FilterPattern.ofPath(text) : FilterPattern.ofName(text);
        } catch (TriggerException e) {
            problems.add(value.place(e.offset()), e.getMessage(), e.hint());
            return null;
        }
    }

    private List<Schedule> schedules(@Nullable Yaml list) {
        if (!(list instanceof Yaml.Sequence items)) {
            return List.of();
        }
        var schedules = new ArrayList<Schedule>();
        var keys = new HashSet<String>();
        for (var item : items.items()) {
            var schedule = schedule((Yaml.Mapping) item);
            if (schedule != null) {
                schedules.add(schedule);
                if (!keys.add(schedule.key())) {
                    problems.add(item.at(), "this schedule is there twice", "remove one");
                }
            }
        }
        return schedules;
    }

    private @Nullable Schedule schedule(Yaml.Mapping schedule) {
        var tasks = values(schedule.get("tasks"));
        tasks.forEach(task -> scheduled.add(new Located<>(task.text(), task.at())));
        var timezone = schedule.get("timezone") instanceof Yaml.Scalar name ? timezone(name) : ZoneId.of("UTC");
        var times = (Yaml.Scalar) Objects.requireNonNull(schedule.get("cron"));
        try {
            var cron = Cron.parse(times.text());
            return timezone == null
                    ? null
                    : new Schedule(
                            cron,
                            timezone,
                            tasks.stream().map(Yaml.Scalar::text).toList());
        } catch (TriggerException e) {
            problems.add(times.place(e.offset()), e.getMessage(), e.hint());
            return null;
        }
    }

    private @Nullable ZoneId timezone(Yaml.Scalar name) {
        var known = ZoneId.getAvailableZoneIds();
        if (known.contains(name.text())) {
            return ZoneId.of(name.text());
        }
        // of abbreviations and offsets, many are near and none is meant
        var similar =
                name.text().length() > LONGEST_ABBREVIATION ? DidYouMean.hint(name.text(), new TreeSet<>(known)) : null;
        problems.add(
                name.at(),
                "there is no time zone " + name.describe(),
                similar != null ? similar : "name a place whose clocks are meant, such as Europe/Berlin");
        return null;
    }

    /** Of one value or of a list. */
    private static List<Yaml.Scalar> values(@Nullable Yaml node) {
        if (node instanceof Yaml.Sequence list) {
            return list.items().stream().map(item -> (Yaml.Scalar) item).toList();
        }
        return node instanceof Yaml.Scalar one ? List.of(one) : List.of();
    }
}
