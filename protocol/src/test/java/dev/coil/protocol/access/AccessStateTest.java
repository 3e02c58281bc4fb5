package dev.coil.protocol.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.access.AccessRecord.CreateToken;
import dev.coil.protocol.access.AccessRecord.Enrol;
import dev.coil.protocol.access.AccessRecord.Machine;
import dev.coil.protocol.access.AccessRecord.RemoveKey;
import dev.coil.protocol.access.AccessRecord.RemoveToken;
import dev.coil.protocol.tuple.Attributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessStateTest {

    private static final Attributes BOARD = Attributes.of(Map.of("os", "linux", "arch", "s390x"), "quiet");

    private final AccessState state = new AccessState();

    @Test
    void shouldLetInOnceWithAToken() {
        state.apply(token("t", Role.VIEWER), 0);

        state.apply(new Enrol("t", "first", "anna", null), 10);
        state.apply(new Enrol("t", "second", "eve", null), 11);

        assertThat(state.holder("first").role()).isEqualTo(Role.VIEWER);
        assertThat(state.holder("second")).isNull();
        assertThat(state.refusal(new Enrol("t", "second", "eve", null), 12)).contains("used already");
        assertThat(state.tokens()).isEmpty();
    }

    @Test
    void shouldTakeTheSameEnrolmentTwiceForOne() {
        state.apply(token("t", Role.VIEWER), 0);
        var enrol = new Enrol("t", "k", "anna", null);

        state.apply(enrol, 10);
        state.apply(enrol, 99);

        assertThat(state.holders()).hasSize(1);
        assertThat(state.holder("k").since()).isEqualTo(10);
        assertThat(state.refusal(enrol, 100)).isNull();
    }

    @Test
    void shouldLetNobodyInAgainWhoseKeyWasRemoved() {
        state.apply(token("t", Role.VIEWER), 0);
        var enrol = new Enrol("t", "k", "anna", null);
        state.apply(enrol, 10);

        state.apply(new RemoveKey("k", "op"), 20);
        state.apply(enrol, 30);
        state.apply(token("t", Role.OPERATOR), 40);
        state.apply(enrol, 50);

        assertThat(state.holder("k")).isNull();
    }

    @Test
    void shouldLetATokenExpire() {
        state.apply(token("t", Role.VIEWER), 0);

        state.apply(new Enrol("t", "late", "anna", null), 1_000);

        assertThat(state.holder("late")).isNull();
        assertThat(state.refusal(new Enrol("t", "late", "anna", null), 1_000)).contains("expired");
        assertThat(state.refusal(new Enrol("t", "late", "anna", null), 999)).isNull();
    }

    @Test
    void shouldLetAKeyExpire() {
        state.apply(new CreateToken("t", Role.VIEWER, null, new TreeMap<>(), new TreeSet<>(), 1_000, 50, "op"), 0);

        state.apply(new Enrol("t", "k", "anna", null), 10);

        assertThat(state.holder("k").isExpired(59)).isFalse();
        assertThat(state.holder("k").isExpired(60)).isTrue();
    }

    @Test
    void shouldForgetARemovedToken() {
        state.apply(token("t", Role.VIEWER), 0);
        state.apply(new RemoveToken("t", "op"), 5);

        state.apply(new Enrol("t", "k", "anna", null), 10);

        assertThat(state.holder("k")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            arch=s390x;      quiet;      ;
            arch=s390x;      quiet kvm;  ;
            ;                quiet;      ;
            arch=x86_64;     quiet;      this token is for a worker with arch=x86_64, not s390x
            libc=musl;       quiet;      this token is for a worker with libc=musl, not for one without
            arch=s390x;      kvm;        this token allows no label 'quiet'
            arch=s390x;      ;           this token allows no label 'quiet'
            """)
    void shouldLetInTheWorkerThatTheTokenIsFor(String facts, String labels, String refusal) {
        state.apply(worker("t", facts, labels, null), 0);

        var said = state.refusal(new Enrol("t", "k", "board", new Machine("id", BOARD)), 10);

        if (refusal == null) {
            assertThat(said).isNull();
        } else {
            assertThat(said).startsWith(refusal);
        }
    }

    @Test
    void shouldGiveTrustWithTheTokenAlone() {
        state.apply(worker("t", "trust=fleet", "quiet", null), 0);
        var boasting = Attributes.of(Map.of("os", "linux", "arch", "s390x", "trust", "fleet"));

        assertThat(state.refusal(new Enrol("t", "k", "board", new Machine("id", boasting)), 1))
                .startsWith("fact 'trust' is not the worker's to say");
        state.apply(new Enrol("t", "k", "board", new Machine("id", BOARD)), 2);

        assertThat(state.holder("k").machine().attributes().fact("trust")).isEqualTo("fleet");
    }

    @Test
    void shouldKeepNamesOfWorkersApart() {
        state.apply(worker("t1", "", "quiet", null), 0);
        state.apply(worker("t2", "", "quiet", null), 0);
        state.apply(new Enrol("t1", "k1", "board", new Machine("id1", BOARD)), 1);
        var second = new Enrol("t2", "k2", "board", new Machine("id2", BOARD));

        assertThat(state.refusal(second, 2)).startsWith("a worker with the name 'board' is enrolled already");
        state.apply(second, 2);
        assertThat(state.holder("k2")).isNull();

        state.apply(new RemoveKey("k1", "op"), 3);
        state.apply(second, 4);
        assertThat(state.holder("k2").name()).isEqualTo("board");
    }

    @Test
    void shouldKeepTokensToWhomTheyAreFor() {
        state.apply(worker("w", "", "quiet", "board"), 0);
        state.apply(token("v", Role.VIEWER), 0);

        assertThat(state.refusal(new Enrol("w", "k", "anna", null), 1)).contains("for 'board', not for 'anna'");
        assertThat(state.refusal(new Enrol("w", "k", "board", null), 1)).contains("for a worker");
        assertThat(state.refusal(new Enrol("v", "k", "board", new Machine("id", BOARD)), 1))
                .contains("for a viewer, not for a worker");
        assertThat(state.refusal(new Enrol("nothing", "k", "anna", null), 1)).contains("not known");
    }

    @Test
    void shouldComeToTheSameWhereverItIsRead() {
        var records = List.of(
                token("t", Role.VIEWER),
                new Enrol("t", "a", "anna", null),
                new Enrol("t", "b", "eve", null),
                worker("w", "", "quiet", null),
                new Enrol("w", "c", "board", new Machine("id", BOARD)),
                new RemoveKey("a", "op"));
        var other = new AccessState();

        for (int i = 0; i < records.size(); i++) {
            state.apply(records.get(i), i);
        }
        for (int i = 0; i < records.size(); i++) {
            other.apply(records.get(i), i);
        }

        assertThat(other.holders()).isEqualTo(state.holders()).hasSize(1);
        assertThat(other.tokens()).isEqualTo(state.tokens());
    }

    private static CreateToken token(String token, Role role) {
        return new CreateToken(token, role, null, new TreeMap<>(), new TreeSet<>(), 1_000, 0, "op");
    }

    private static CreateToken worker(String token, String fact, String labels, String name) {
        var facts = new TreeMap<String, String>();
        if (fact != null && !fact.isEmpty()) {
            facts.put(fact.split("=")[0], fact.split("=")[1]);
        }
        var allowed = labels == null ? new TreeSet<String>() : new TreeSet<>(List.of(labels.split(" ")));
        return new CreateToken(token, Role.WORKER, name, facts, allowed, 1_000, 0, "op");
    }
}
