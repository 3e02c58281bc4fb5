package dev.coil.viewer.projection;

import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The words that workers offer, with how many do: labels, and the values of facts. */
final class Offers {

    private final TreeMap<String, Integer> labels = new TreeMap<>();
    private final Map<String, TreeMap<String, Integer>> facts = new HashMap<>();

    static Offers of(Collection<WorkerInfo> workers) {
        var offers = new Offers();
        workers.forEach(worker -> offers.add(worker.attributes()));
        return offers;
    }

    /** Returns whether a word is new. */
    boolean add(Attributes attributes) {
        return count(attributes, 1);
    }

    /** Returns whether a word is gone. */
    boolean remove(Attributes attributes) {
        return count(attributes, -1);
    }

    private boolean count(Attributes attributes, int step) {
        boolean other = false;
        for (var label : attributes.labels()) {
            other |= count(labels, label, step);
        }
        for (var fact : attributes.facts().entrySet()) {
            other |= count(facts.computeIfAbsent(fact.getKey(), key -> new TreeMap<>()), fact.getValue(), step);
        }
        return other;
    }

    private static boolean count(Map<String, Integer> words, String word, int step) {
        Integer after = words.merge(word, step, (before, by) -> before + by == 0 ? null : before + by);
        return after == null || after == 1 && step == 1;
    }

    NavigableSet<String> labels() {
        return labels.navigableKeySet();
    }

    NavigableSet<String> values(String fact) {
        var values = facts.get(fact);
        return values == null ? new TreeSet<>() : values.navigableKeySet();
    }
}
