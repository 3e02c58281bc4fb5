package dev.coil.viewer.projection;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.tuple.Constraint;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Labels and facts that no worker offers, and that differ by a slip from what one does. */
public final class Slips {

    private Slips() {}

    /** {@code did you mean 'kvm'?}; {@code null} if everything that is asked for is offered by some worker, or nothing is near. */
    public static @Nullable String hint(Requirement requirement, Collection<WorkerInfo> workers) {
        return hint(requirement, Offers.of(workers));
    }

    static @Nullable String hint(Requirement requirement, Offers offers) {
        var meant = new ArrayList<String>();
        var labels = offers.labels();
        for (var label : requirement.labels()) {
            add(meant, labels.contains(label) ? null : DidYouMean.nearest(label, labels));
        }
        requirement.constraints().forEach((fact, constraint) -> {
            if (constraint instanceof Constraint.OneOf oneOf && oneOf.values().size() == 1) {
                var value = oneOf.values().first();
                var offered = offers.values(fact);
                // A version is no slip of another one.
                boolean known = offered.contains(value) || value.chars().anyMatch(Character::isDigit);
                add(meant, known ? null : DidYouMean.nearest(value, offered));
            }
        });
        return meant.isEmpty() ? null : "did you mean " + String.join(" and ", meant) + "?";
    }

    private static void add(Collection<String> meant, @Nullable String word) {
        if (word != null) {
            meant.add("'" + word + "'");
        }
    }
}
