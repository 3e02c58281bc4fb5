package dev.coil.protocol.tuple;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AttributesTest {

    @Test
    void shouldHaveOneCanonicalText() {
        var attributes = Attributes.of(Map.of("os", "linux", "arch", "s390x"), "quiet", "kvm");

        assertThat(attributes.canonical()).isEqualTo("arch=s390x os=linux labels=kvm,quiet");
        assertThat(attributes).hasToString(attributes.canonical());
        assertThat(Attributes.of(Map.of()).canonical()).isEqualTo("labels=");
    }

    @Test
    void shouldKnowNothingOfAFactThatIsNotThere() {
        assertThat(Attributes.of(Map.of("os", "linux")).fact("arch")).isNull();
        assertThat(Attributes.of(Map.of("os", "linux")).fact("os")).isEqualTo("linux");
    }

    @Test
    void shouldNotChangeWithWhatTheyWereMadeOf() {
        var facts = new TreeMap<>(Map.of("os", "linux"));
        var attributes = new Attributes(facts, new TreeSet<>());

        facts.put("os", "windows");

        assertThat(attributes.fact("os")).isEqualTo("linux");
    }
}
