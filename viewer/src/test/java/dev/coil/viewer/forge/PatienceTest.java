package dev.coil.viewer.forge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatienceTest {

    /** When the forge answers, by its own clock. */
    private static final String DATE = "Tue, 14 Nov 2023 22:13:20 GMT";

    private static final long THEN = 1_700_000_000L;

    private static HttpHeaders headers(String... namesAndValues) {
        var map = new HashMap<String, List<String>>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.computeIfAbsent(namesAndValues[i], name -> new ArrayList<>()).add(namesAndValues[i + 1]);
        }
        return HttpHeaders.of(map, (name, value) -> true);
    }

    private static @Nullable Duration wait(int status, String... headers) {
        return Patience.of(status, headers(headers), Instant.ofEpochSecond(THEN));
    }

    @ParameterizedTest
    @CsvSource({"-3600", "0", "3600"})
    void shouldWaitTheSameHoweverWrongTheOwnClockIs(long wrongBy) {
        var now = Instant.ofEpochSecond(THEN + wrongBy);

        assertThat(Patience.of(403, headers("Date", DATE, "X-RateLimit-Reset", String.valueOf(THEN + 90)), now))
                .hasSeconds(90);
        assertThat(Patience.of(429, headers("Date", DATE, "RateLimit-Reset", String.valueOf(THEN + 40)), now))
                .hasSeconds(40);
        assertThat(Patience.of(503, headers("Date", DATE, "Retry-After", "Tue, 14 Nov 2023 22:14:00 GMT"), now))
                .hasSeconds(40);
        assertThat(Patience.of(429, headers("Date", DATE, "Retry-After", "7"), now))
                .hasSeconds(7);
    }

    @Test
    void shouldTakeTheOwnClockWhereTheForgeTellsNone() {
        assertThat(wait(429, "X-RateLimit-Reset", String.valueOf(THEN + 90))).hasSeconds(90);
    }

    @Test
    void shouldPreferWhatIsSaidOfThisRequest() {
        assertThat(wait(429, "Retry-After", "7", "X-RateLimit-Reset", String.valueOf(THEN + 90)))
                .hasSeconds(7);
    }

    @Test
    void shouldTakeASmallNumberForSeconds() {
        assertThat(wait(429, "RateLimit-Reset", "12")).hasSeconds(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999", "864000", "Mon, 14 Nov 2033 22:14:00 GMT"})
    void shouldWaitAnHourAtMost(String retryAfter) {
        assertThat(wait(429, "Date", DATE, "Retry-After", retryAfter)).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "soon", "99999999999999999999", "1e9", "Tue, 99 Nov 2023", "NaN"})
    void shouldWaitAMinuteWhereALimitIsReachedAndNoSenseIsMade(String retryAfter) {
        assertThat(wait(429, "Retry-After", retryAfter)).isEqualTo(Duration.ofMinutes(1));
        assertThat(wait(503, "Retry-After", retryAfter)).isNull();
    }

    @Test
    void shouldNotWaitForWhatIsPast() {
        assertThat(wait(429, "X-RateLimit-Reset", String.valueOf(THEN - 90))).isZero();
    }

    @Test
    void shouldTellALimitFromARefusal() {
        assertThat(Patience.isLimit(429, headers(), "")).isTrue();
        assertThat(Patience.isLimit(403, headers("X-RateLimit-Remaining", "0"), ""))
                .isTrue();
        assertThat(Patience.isLimit(403, headers("Retry-After", "60"), "")).isTrue();
        assertThat(Patience.isLimit(403, headers(), "You have exceeded a secondary rate limit"))
                .isTrue();
        assertThat(Patience.isLimit(403, headers("X-RateLimit-Remaining", "12"), "no"))
                .isFalse();
        assertThat(Patience.isLimit(404, headers("X-RateLimit-Remaining", "0"), ""))
                .isFalse();
    }
}
