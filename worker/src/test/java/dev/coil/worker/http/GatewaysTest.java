package dev.coil.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GatewaysTest {

    private static final URI ONE = URI.create("http://one:7070");

    private final Gateways gateways = new Gateways(ONE, new Random(1));

    @Test
    void shouldStayWhereItIsWhileNoOtherIsKnown() {
        assertThat(gateways.leave(ONE)).isFalse();
        gateways.learn(List.of("http://one:7070/"));

        assertThat(gateways.leave(ONE)).isFalse();
        assertThat(gateways.current()).isEqualTo(ONE);
    }

    @Test
    void shouldGoThroughAllAndComeBack() {
        gateways.learn(List.of("http://one:7070", "http://two:7070", "http://three:7070"));
        var seen = new HashSet<URI>();
        for (int i = 0; i < 3; i++) {
            seen.add(gateways.current());
            assertThat(gateways.leave(gateways.current())).isTrue();
        }

        assertThat(seen).containsExactlyInAnyOrder(ONE, URI.create("http://two:7070"), URI.create("http://three:7070"));
        assertThat(gateways.current()).isEqualTo(ONE);
    }

    @Test
    void shouldLeaveOneOnceHoweverManyFindItSilent() {
        gateways.learn(List.of("http://two:7070"));
        assertThat(gateways.leave(ONE)).isTrue();

        assertThat(gateways.leave(ONE)).isFalse();
        assertThat(gateways.current()).isEqualTo(URI.create("http://two:7070"));
    }

    @Test
    void shouldPassOverNodesOfAnotherScheme() {
        var safe = new Gateways(URI.create("https://one"), new Random(1));
        safe.learn(List.of("http://two:7070", "no url", "https://three"));

        assertThat(safe.leave(safe.current())).isTrue();
        assertThat(safe.current()).isEqualTo(URI.create("https://three"));
        assertThat(safe.leave(safe.current())).isTrue();
        assertThat(safe.current()).isEqualTo(URI.create("https://one"));
    }

    @Test
    void shouldNotSendAllWorkersToTheSame() {
        var firstChoices = new HashSet<URI>();
        IntStream.range(0, 50).forEach(seed -> {
            var some = new Gateways(ONE, new Random(seed * 1_000_003L));
            some.learn(List.of("http://two:7070", "http://three:7070"));
            some.leave(ONE);
            firstChoices.add(some.current());
        });

        assertThat(firstChoices).isEqualTo(Set.of(URI.create("http://two:7070"), URI.create("http://three:7070")));
    }
}
