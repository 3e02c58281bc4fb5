package dev.coil.viewer.why;

import dev.coil.protocol.pause.Pause;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What operators have ordered, in words. */
public final class Orders {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Orders() {}

    /** {@code arch=s390x is paused by ann since 2026-11-21 19:46 UTC: disk full} */
    public static String paused(Pause pause) {
        return pause.scope() + " is paused by " + whoWhenWhy(pause);
    }

    /** {@code drained by ann since …}, {@code quarantined by coil since … until …} */
    static String drained(Pause pause) {
        return (pause.quarantine() ? "quarantined by " : "drained by ") + whoWhenWhy(pause);
    }

    private static String whoWhenWhy(Pause pause) {
        return pause.by() + " since " + time(pause.since())
                + (pause.until() == 0 ? "" : " until " + time(pause.until()))
                + (pause.reason().isEmpty() ? "" : ": " + pause.reason());
    }

    /** @param millis since the epoch */
    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }
}
