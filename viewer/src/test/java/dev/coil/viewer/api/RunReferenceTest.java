package dev.coil.viewer.api;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.viewer.projection.Events;
import dev.coil.viewer.projection.Projection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunReferenceTest {

    private final Projection projection = new Projection();

    @BeforeEach
    void tell() {
        var events = new Events(projection);
        events.run("mylang", 17, task("t"));
        events.run("other", 17, task("t"));
        events.run("mylang", 18, task("t"));
        events.run("other", 19, task("t"));
    }

    private String resolve(String reference) {
        return RunReference.resolve(projection, reference).toString();
    }

    private void assertRefused(String reference, HttpStatus status, String message) {
        assertThatExceptionOfType(ApiError.class)
                .isThrownBy(() -> resolve(reference))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }

    @Test
    void shouldFindARunByEveryNameItHas() {
        assertThat(resolve("mylang#17")).isEqualTo("mylang#17");
        assertThat(resolve("#18")).isEqualTo("mylang#18");
        assertThat(resolve("latest")).isEqualTo("other#19");
        assertThat(resolve("mylang#latest")).isEqualTo("mylang#18");
        assertThat(resolve("000000000000ab13")).isEqualTo("other#19");
    }

    @Test
    void shouldNameTheCandidatesOfAnAmbiguousReference() {
        assertRefused("#17", HttpStatus.CONFLICT, "mylang#17");
        assertRefused("#17", HttpStatus.CONFLICT, "other#17");
        assertRefused("0000000", HttpStatus.CONFLICT, "say which");
    }

    @Test
    void shouldSayWhatThereIsInstead() {
        assertRefused("mylang#99", HttpStatus.NOT_FOUND, "the latest is mylang#18");
        assertRefused("mylang#16", HttpStatus.GONE, "mylang#16 was forgotten");
        assertRefused("nolang#1", HttpStatus.NOT_FOUND, "nolang has no runs");
        assertRefused("ffff", HttpStatus.NOT_FOUND, "'ffff'");
        assertRefused("what is this", HttpStatus.BAD_REQUEST, "expected project#17");
        assertRefused("abc", HttpStatus.BAD_REQUEST, "four characters");
    }
}
