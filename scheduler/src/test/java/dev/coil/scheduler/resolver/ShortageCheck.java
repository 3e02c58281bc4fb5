package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.Veto;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether what is stored as short is what a look at all the workers says of each class. */
final class ShortageCheck {

    private ShortageCheck() {}

    static void check(State state) {
        var classes = new TreeSet<Integer>();
        state.scan(Table.SHORTAGES, new byte[0], (key, reason) -> classes.add(Keys.last(key)) || true);
        state.scan(Table.OUTSTANDING, new byte[0], (key, published) -> {
            int lane = ByteBuffer.wrap(key).getInt();
            classes.add(Objects.requireNonNull(state.get(Table.LANES, Keys.number(lane)))
                    .classNumber());
            return true;
        });
        for (int number : classes) {
            var requirement = Requirement.parse(Objects.requireNonNull(state.get(Table.CLASSES, Keys.number(number))));
            assertThat(state.get(Table.SHORTAGES, Keys.number(number)))
                    .as("the shortage of %s", requirement)
                    .isEqualTo(reason(state, requirement));
        }
    }

    private static @Nullable String reason(State state, Requirement requirement) {
        var vetoes = new ArrayList<List<Veto>>();
        state.scan(
                Table.WORKERS,
                new byte[0],
                (byte[] key, WorkerInfo worker) -> vetoes.add(requirement.vetoes(worker.attributes())));
        if (vetoes.isEmpty()) {
            return "no worker is present";
        }
        var fewest = vetoes.stream().min(Comparator.comparingInt(List::size)).orElseThrow();
        return fewest.isEmpty()
                ? null
                : fewest.stream()
                        .map(veto -> veto.kind() == Veto.Kind.LABEL_ABSENT
                                ? "label " + veto.wanted()
                                : veto.key() + veto.wanted())
                        .collect(Collectors.joining(" ", "no worker has ", ""));
    }
}
