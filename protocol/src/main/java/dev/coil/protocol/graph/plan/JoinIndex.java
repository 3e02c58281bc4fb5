package dev.coil.protocol.graph.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the instances of one task that have given values on the axes that both sides have. */
final class JoinIndex {

    private final List<Group> groups = new ArrayList<>();

    JoinIndex(List<Instance> instances) {
        var byAxes = new LinkedHashMap<List<String>, List<Instance>>();
        for (var instance : instances) {
            byAxes.computeIfAbsent(instance.axes, axes -> new ArrayList<>()).add(instance);
        }
        byAxes.forEach((axes, members) -> groups.add(new Group(axes, members)));
    }

    /** The partners of an instance that has these values on its {@code axes}. The list is the same object for the same values. */
    List<Instance> partners(Collection<String> axes, Map<String, String> values) {
        if (groups.size() == 1) {
            return groups.get(0).partners(axes, values);
        }
        var partners = new ArrayList<Instance>();
        groups.forEach(group -> partners.addAll(group.partners(axes, values)));
        return partners;
    }

    /** Instances with the same axes; those that {@code include} made may have fewer than the others. */
    private static final class Group {

        private final List<String> axes;
        private final List<Instance> members;
        private final Map<List<String>, Map<List<String>, List<Instance>>> indexes = new HashMap<>();

        Group(List<String> axes, List<Instance> members) {
            this.axes = axes;
            this.members = members;
        }

        List<Instance> partners(Collection<String> theirAxes, Map<String, String> theirValues) {
            var shared = axes.stream().filter(theirAxes::contains).toList();
            return indexes.computeIfAbsent(shared, this::index).getOrDefault(values(shared, theirValues), List.of());
        }

        private Map<List<String>, List<Instance>> index(List<String> shared) {
            var index = new HashMap<List<String>, List<Instance>>();
            for (var member : members) {
                index.computeIfAbsent(values(shared, member.matrix), v -> new ArrayList<>())
                        .add(member);
            }
            return index;
        }

        private static List<String> values(List<String> axes, Map<String, String> values) {
            return axes.stream().map(values::get).toList();
        }
    }
}
