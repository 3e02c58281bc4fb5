package dev.coil.worker.health;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** When of the day a machine's owner lets it work, by its own clock and time zone. */
public final class Hours {

    public static final Hours ALWAYS = new Hours(List.of());

    private static final Pattern SPAN = Pattern.compile("([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    /** Over midnight, if it ends before it begins; the whole day, if it ends when it begins. */
    private record Span(LocalTime from, LocalTime to) {
        boolean has(LocalTime time) {
            boolean after = !time.isBefore(from);
            boolean before = time.isBefore(to);
            return from.isBefore(to) ? after && before : after || before;
        }

        @Override
        public String toString() {
            return TIME.format(from) + "-" + TIME.format(to);
        }
    }

    private final List<Span> spans;

    private Hours(List<Span> spans) {
        this.spans = spans;
    }

    /**
     * @param spans as {@code 22:00-06:00}; none for always
     * @throws IllegalArgumentException with the one that is none
     */
    public static Hours of(List<String> spans) {
        return new Hours(spans.stream().map(Hours::span).toList());
    }

    private static Span span(String text) {
        var parts = SPAN.matcher(text);
        try {
            if (parts.matches()) {
                return new Span(LocalTime.parse(parts.group(1), TIME), LocalTime.parse(parts.group(2), TIME));
            }
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(unreadable(text), e);
        }
        throw new IllegalArgumentException(unreadable(text));
    }

    private static String unreadable(String text) {
        return "'" + text + "' is no time of the day to work at: expected two times, as 22:00-06:00";
    }

    /** Whether it may work then. */
    public boolean has(LocalTime time) {
        return spans.isEmpty() || spans.stream().anyMatch(span -> span.has(time));
    }

    /** {@code 22:00-06:00, 12:00-13:00} */
    @Override
    public String toString() {
        return String.join(", ", spans.stream().map(Span::toString).toList());
    }
}
