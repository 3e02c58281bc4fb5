package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.tuple.Constraint;
import dev.coil.protocol.tuple.Requirement;
import java.math.BigDecimal;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is reserved for a task, as a requirement: only a machine that has as much can ever take it. */
final class Reservations {

    private Reservations() {}

    static Requirement of(Requirement requirement, Resources resources) {
        var constraints = new TreeMap<>(requirement.constraints());
        var cpus = resources.cpus();
        atLeast(constraints, "cpus", cpus == null ? null : cpus.longValue());
        atLeast(constraints, "memory", resources.memory());
        atLeast(constraints, "disk", resources.disk());
        return new Requirement(constraints, requirement.labels());
    }

    private static void atLeast(SortedMap<String, Constraint> constraints, String fact, @Nullable Long amount) {
        if (amount == null) {
            return;
        }
        var bound = BigDecimal.valueOf(amount);
        var wanted = constraints.get(fact);
        // What the graph says of the fact in another way is left as it is: it is narrower already, or the user's own
        // affair.
        if (wanted == null
                || (isAtLeast(wanted) && ((Constraint.Compare) wanted).bound().compareTo(bound) < 0)) {
            constraints.put(fact, new Constraint.Compare(Constraint.Operator.AT_LEAST, bound));
        }
    }

    private static boolean isAtLeast(Constraint constraint) {
        return constraint instanceof Constraint.Compare compare && compare.operator() == Constraint.Operator.AT_LEAST;
    }
}
