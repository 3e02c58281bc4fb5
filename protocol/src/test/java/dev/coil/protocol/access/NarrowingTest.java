package dev.coil.protocol.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.tuple.Attributes;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NarrowingTest {

    private static final Attributes ENROLLED = Attributes.of(
            Map.of("os", "linux", "arch", "s390x", "memory", "4000", "libc", "glibc", "trust", "fleet"),
            "quiet",
            "kvm");

    @Test
    void shouldLetAWorkerOfferLess() {
        var said = Attributes.of(Map.of("os", "linux", "arch", "s390x", "memory", "1000"), "kvm");

        assertThat(Narrowing.refusal(ENROLLED, said)).isNull();
        assertThat(Narrowing.of(ENROLLED, said))
                .isEqualTo(Attributes.of(
                        Map.of("os", "linux", "arch", "s390x", "memory", "1000", "trust", "fleet"), "kvm"));
    }

    @Test
    void shouldCountNoMoreOfAQuantityThanWasEnrolled() {
        var said = Attributes.of(Map.of("os", "linux", "arch", "s390x", "memory", "90000"));

        assertThat(Narrowing.refusal(ENROLLED, said)).isNull();
        assertThat(Narrowing.of(ENROLLED, said).fact("memory")).isEqualTo("4000");
    }

    @Test
    void shouldLetAMachineBeUpgraded() {
        var enrolled =
                Attributes.of(Map.of("os", "linux", "arch", "s390x", "os-version", "6.1", "distro-version", "12"));
        var said = Attributes.of(Map.of("os", "linux", "arch", "s390x", "os-version", "6.12", "distro-version", "12"));

        assertThat(Narrowing.refusal(enrolled, said)).isNull();
        assertThat(Narrowing.of(enrolled, said))
                .isEqualTo(Attributes.of(Map.of("os", "linux", "arch", "s390x", "distro-version", "12")));
    }

    @Test
    void shouldRefuseWhatIsMore() {
        assertThat(refusal(Map.of("os", "linux", "arch", "x86_64")))
                .startsWith("this worker was enrolled with arch=s390x and says x86_64 now: enrol it anew");
        assertThat(refusal(Map.of("os", "linux", "arch", "s390x", "gpu", "a100")))
                .startsWith("this worker was enrolled without gpu and says a100 now");
        assertThat(refusal(Map.of("os", "linux", "arch", "s390x", "trust", "core")))
                .contains("trust=fleet and says core");
        assertThat(refusal(Map.of("os", "linux", "arch", "s390x"), "release"))
                .startsWith("this worker was enrolled without label 'release'");
    }

    private static String refusal(Map<String, String> facts, String... labels) {
        return Narrowing.refusal(ENROLLED, Attributes.of(facts, labels));
    }
}
