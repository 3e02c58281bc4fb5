package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Puts instances behind what they need and otherwise leaves them in the order of the file (Kahn, 1962). */
final class TopologicalOrder {

    private static final int LONGEST_TOLD = 8;

    private final Map<Instance, Integer> missing = new HashMap<>();
    private final Map<Instance, List<Instance>> dependents = new HashMap<>();
    private final PriorityQueue<Instance> ready = new PriorityQueue<>(Comparator.comparingInt(i -> i.order));
    private final List<Instance> ordered = new ArrayList<>();

    private TopologicalOrder() {}

    /** Every instance once. Cycles go to the problems. */
    static List<Instance> of(Collection<Instance> instances, Problems problems) {
        var order = new TopologicalOrder();
        for (var instance : instances) {
            order.missing.put(instance, instance.needs.size());
            if (instance.needs.isEmpty()) {
                order.ready.add(instance);
            }
            for (var target : instance.needs.keySet()) {
                order.dependents.computeIfAbsent(target, t -> new ArrayList<>()).add(instance);
            }
        }
        order.drain();
        for (var instance : instances) {
            if (problems.isFull()) {
                break;
            }
            if (order.missing.containsKey(instance)) {
                order.breakCycle(instance, problems);
            }
        }
        return order.ordered;
    }

    private void drain() {
        while (!ready.isEmpty()) {
            var next = ready.remove();
            ordered.add(next);
            release(next);
        }
    }

    private void release(Instance done) {
        missing.remove(done);
        for (var dependent : dependents.getOrDefault(done, List.of())) {
            var left = missing.computeIfPresent(dependent, (d, count) -> count - 1);
            if (left != null && left == 0) {
                ready.add(dependent);
            }
        }
    }

    /** Tells of the cycle that this one is in or waits for, and goes on as if it were not there, to find others. */
    private void breakCycle(Instance start, Problems problems) {
        var path = new ArrayList<Instance>();
        var places = new HashMap<Instance, Integer>();
        var next = start;
        while (!places.containsKey(next)) {
            places.put(next, path.size());
            path.add(next);
            next = next.needs.keySet().stream()
                    .filter(missing::containsKey)
                    .findFirst()
                    .orElseThrow();
        }
        var cycle = new ArrayList<>(path.subList(places.get(next), path.size()));
        var first = Collections.min(cycle, Comparator.comparingInt(i -> i.order));
        Collections.rotate(cycle, -cycle.indexOf(first));
        var link = first.needs.get(cycle.get(1 % cycle.size()));
        problems.add(
                link.at(),
                cycle.size() == 1
                        ? "'" + first.name + "' needs itself"
                        : cycle.size() + " tasks need each other: " + describe(cycle),
                cycle.size() == 1 ? "remove this need" : "remove one of these needs");
        for (var instance : cycle) {
            release(instance);
        }
        drain();
    }

    private static String describe(List<Instance> cycle) {
        var names = new ArrayList<>(cycle.stream().map(i -> i.name).toList());
        names.add(names.get(0));
        if (names.size() > LONGEST_TOLD) {
            int left = names.size() - LONGEST_TOLD;
            names.subList(LONGEST_TOLD - 2, names.size() - 2).clear();
            names.add(LONGEST_TOLD - 2, "… " + left + " more …");
        }
        return String.join(" -> ", names);
    }
}
