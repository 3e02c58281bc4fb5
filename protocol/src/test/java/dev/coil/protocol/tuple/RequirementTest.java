package dev.coil.protocol.tuple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementTest {

    private static final Attributes MACHINE = Attributes.of(
            Map.of("os", "linux", "arch", "s390x", "cpus", "4", "memory", "8589934592", "distro", "debian"),
            "quiet",
            "kvm");

    @ParameterizedTest
    @CsvSource({
        "any, true",
        "os=linux, true",
        "os=freebsd, false",
        "arch=s390x|x86_64, true",
        "arch=aarch64|x86_64, false",
        "memory>=8589934592, true",
        "memory>8589934592, false",
        "memory<8589934592, false",
        "memory<=8589934592, true",
        "cpus>=4.0, true",
        "cpus>=5, false",
        "distro>=3, false",
        "libc=glibc, false",
        "libc>=1, false",
        "labels=quiet, true",
        "'labels=kvm,quiet', true",
        "'labels=kvm,loud', false",
        "arch=s390x os=linux labels=quiet, true",
    })
    void shouldBeMetByAMachineThatHasAllOfIt(String requirement, boolean met) {
        assertThat(Requirement.parse(requirement).isMetBy(MACHINE)).isEqualTo(met);
    }

    @Test
    void shouldTellEverythingThatIsWrong() {
        var requirement = Requirement.parse("os=openbsd libc=musl memory>=16000000000 labels=kvm,loud");

        assertThat(requirement.vetoes(MACHINE))
                .extracting(Veto::describe)
                .containsExactly(
                        "does not say its libc (wanted libc=musl)",
                        "has memory=8GiB, not memory>=14.9GiB",
                        "has os=linux, not os=openbsd",
                        "has no label loud");
    }

    @Test
    void shouldBeOneOfAClassWhateverTheOrderAndTheSpelling() {
        var one = Requirement.parse("labels=b,a os=linux memory>=8.0");
        var other = Requirement.parse("memory>=8 labels=a,b  os=linux");

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one.canonical()).isEqualTo("memory>=8 os=linux labels=a,b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "any",
                "os=linux",
                "arch=aarch64|x86_64 cpus>2.5 os=linux labels=a,b",
                "memory<1000 os-version<=13"
            })
    void shouldReadBackItsCanonicalText(String text) {
        assertThat(Requirement.parse(text).canonical()).isEqualTo(text);
    }

    @Test
    void shouldWriteLargeBoundsWithoutExponent() {
        var bound = new Constraint.Compare(Constraint.Operator.AT_LEAST, new BigDecimal("8e9"));

        assertThat(bound.canonical()).isEqualTo(">=8000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"os", "os=", "=x", "OS=linux", "memory>=much"})
    void shouldSayWhichTermItDoesNotUnderstand(String text) {
        assertThatThrownBy(() -> Requirement.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "any, any",
        "os=linux, any",
        "arch=s390x os=linux, linux-s390x",
        "arch=s390x|x86_64 os=linux, any",
        "arch=s390x os=linux labels=quiet, linux-s390x",
    })
    void shouldBelongToTheFamilyOfItsOnlyPlatform(String requirement, String family) {
        assertThat(Requirement.parse(requirement).family()).isEqualTo(family);
    }

    @ParameterizedTest
    @CsvSource({
        "os=linux, any, true",
        "any, os=linux, false",
        "arch=s390x os=linux, arch=s390x, true",
        "arch=s390x, arch=s390x os=linux, false",
        "arch=s390x, arch=s390x|x86_64, true",
        "arch=s390x|x86_64, arch=s390x, false",
        "os=linux labels=kvm;quiet, labels=quiet, true",
        "os=linux labels=kvm, labels=quiet, false",
        "memory>=16, memory>=8, true",
        "memory>=8, memory>=16, false",
        "memory>=8, memory>=8, true",
        "memory>8, memory>=8, true",
        "memory>=8, memory>8, false",
        "memory>9, memory>8, true",
        "memory<8, memory<=8, true",
        "memory<=8, memory<8, false",
        "memory<=7, memory<8, true",
        "memory<8, memory>=1, false",
        "cpus=4|8, cpus>=4, true",
        "cpus=2|8, cpus>=4, false",
        "cpus>=4, cpus=4, false",
    })
    void shouldKnowWhetherWhatMeetsItMeetsAnotherOneToo(String requirement, String other, boolean implied) {
        var one = Requirement.parse(requirement.replace(';', ','));

        assertThat(one.implies(Requirement.parse(other))).isEqualTo(implied);
    }

    @Test
    void shouldNotChangeWithWhatItWasMadeOf() {
        var constraints = new TreeMap<String, Constraint>();
        var labels = new TreeSet<String>();
        var requirement = new Requirement(constraints, labels);

        constraints.put("os", Constraint.OneOf.of("linux"));
        labels.add("quiet");

        assertThat(requirement).isEqualTo(Requirement.ANY);
    }

    @Test
    void shouldRefuseAChoiceOfNothing() {
        assertThatThrownBy(Constraint.OneOf::of).isInstanceOf(IllegalArgumentException.class);
    }
}
