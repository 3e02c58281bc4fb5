package dev.coil.scheduler.resolver;

import dev.coil.protocol.space.ClaimId;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Who holds what: the table of claims by incarnation, with a count in memory. */
final class HeldClaims {

    private final Map<String, Integer> counts = new HashMap<>();

    HeldClaims(State state) {
        state.scan(Table.CLAIMS, new byte[0], (key, nonce) -> {
            counts.merge(new String(key, 0, key.length - 13, StandardCharsets.UTF_8), 1, Integer::sum);
            return true;
        });
    }

    void hold(Turn turn, ClaimId claim, long serial, int task) {
        turn.state().put(Table.CLAIMS, Keys.claim(claim.incarnation(), serial, task), claim.nonce());
        counts.merge(claim.incarnation(), 1, Integer::sum);
    }

    void release(Turn turn, ClaimId claim, long serial, int task) {
        turn.state().delete(Table.CLAIMS, Keys.claim(claim.incarnation(), serial, task));
        counts.computeIfPresent(claim.incarnation(), (k, n) -> n > 1 ? n - 1 : null);
    }

    Map<String, Integer> counts() {
        return Map.copyOf(counts);
    }
}
