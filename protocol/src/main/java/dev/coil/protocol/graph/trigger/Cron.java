package dev.coil.protocol.graph.trigger;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.coil.protocol.graph.DidYouMean;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times of day on some days, as {@code crontab} has them: minute, hour, day of the month, month, day of the week. Where both kinds of
 * days are limited, either will do.
 */
public final class Cron {

    private static final Map<String, String> NICKNAMES = new TreeMap<>(Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *"));

    private static final String EXAMPLE = "such as 17 3 * * * for 03:17 every day";
    private static final List<String> ANY = List.of("*", "*", "*", "*", "*");
    private static final int DAY = 2;
    private static final int MONTH = 3;
    private static final Pattern WORD = Pattern.compile("\\S+");

    /** The library takes more, and stumbles over some of it. */
    private static final Pattern FIELD = Pattern.compile(
            "V(,V)*".replace("V", "(\\*|W(-W)?)(/[0-9]{1,2})?").replace("W", "([0-9]{1,2}|[A-Za-z]{3})"));

    private static final Pattern NAME = Pattern.compile("[A-Za-z]{2,}");
    private static final Pattern RANGE = Pattern.compile("([0-9A-Za-z]+)-([0-9A-Za-z]+)");

    private static final ZonedDateTime LONG_AGO = ZonedDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private enum Field {
        MINUTE("the minute", "0 to 59"),
        HOUR("the hour", "0 to 23"),
        DAY_OF_MONTH("the day of the month", "1 to 31"),
        MONTH(
                "the month",
                "1 to 12 or JAN to DEC",
                "JAN",
                "FEB",
                "MAR",
                "APR",
                "MAY",
                "JUN",
                "JUL",
                "AUG",
                "SEP",
                "OCT",
                "NOV",
                "DEC"),
        DAY_OF_WEEK("the day of the week", "0 to 7 or SUN to SAT", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

        private final String name;
        private final String values;
        private final List<String> names;

        Field(String name, String values, String... names) {
            this.name = name;
            this.values = values;
            this.names = List.of(names);
        }

        /** Whether something can stand here, whatever stands in the other places. */
        private boolean takes(String text) {
            var fields = new ArrayList<>(ANY);
            fields.set(ordinal(), text);
            return FIELD.matcher(text).matches() && read(fields) != null;
        }

        private @Nullable String hint(String text) {
            var words = NAME.matcher(text);
            while (words.find()) {
                var word = words.group().toUpperCase(Locale.ROOT);
                var begun = names.stream().filter(word::startsWith).findFirst();
                if (begun.isPresent() && !names.contains(word)) {
                    return "did you mean '" + begun.get() + "'?";
                } else if (!names.contains(word)) {
                    return DidYouMean.hint(word, names);
                }
            }
            var range = RANGE.matcher(text);
            if (range.find() && takes(range.group(1)) && takes(range.group(2))) {
                return "a range begins with the smaller value: write it as two, with a comma between them";
            }
            return text.equals("?") ? "write *" : null;
        }
    }

    private final String text;
    private final ExecutionTime times;

    private Cron(String text, ExecutionTime times) {
        this.text = text;
        this.times = times;
    }

    /** @throws TriggerException if it is none, or one that is never due */
    public static Cron parse(String text) {
        if (text.strip().startsWith("@")) {
            return ofNickname(text.strip());
        }
        var fields = new ArrayList<String>();
        var offsets = new ArrayList<Integer>();
        var words = WORD.matcher(text);
        while (words.find()) {
            fields.add(words.group());
            offsets.add(words.start());
        }
        if (fields.size() != Field.values().length) {
            throw new TriggerException(
                    0,
                    "expected five fields (minute, hour, day of the month, month, day of the week), got "
                            + fields.size(),
                    fields.size() == Field.values().length + 1 ? "there are no seconds and no years" : EXAMPLE);
        }
        for (var field : Field.values()) {
            var value = fields.get(field.ordinal());
            if (!field.takes(value)) {
                throw new TriggerException(
                        offsets.get(field.ordinal()),
                        "expected as " + field.name + " " + field.values
                                + ", *, or a list, a range or a step of them (1,3 1-5 */2), got '" + value + "'",
                        field.hint(value));
            }
        }
        var times = read(fields);
        if (times == null || times.nextExecution(LONG_AGO).isEmpty()) {
            throw new TriggerException(
                    offsets.get(DAY),
                    "this is never due: no month '" + fields.get(MONTH) + "' has a day '" + fields.get(DAY) + "'",
                    "change the day of the month, or the month");
        }
        return new Cron(String.join(" ", fields).toUpperCase(Locale.ROOT), times);
    }

    private static Cron ofNickname(String text) {
        var fields = NICKNAMES.get(text);
        if (fields == null) {
            var similar = DidYouMean.hint(text, NICKNAMES.keySet());
            throw new TriggerException(
                    0,
                    "'" + text + "' is no schedule",
                    similar != null ? similar : "there are " + String.join(", ", NICKNAMES.keySet()));
        }
        return parse(fields);
    }

    private static @Nullable ExecutionTime read(List<String> fields) {
        try {
            return ExecutionTime.forCron(PARSER.parse(String.join(" ", fields)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Its five fields, with one space between them, in capitals. */
    public String text() {
        return text;
    }

    /** The next time after this one, by clocks that are never put forward or back. */
    Optional<LocalDateTime> next(LocalDateTime after) {
        return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cron cron && cron.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
