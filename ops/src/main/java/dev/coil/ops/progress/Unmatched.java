package dev.coil.ops.progress;

import dev.coil.ops.client.Task;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.Veto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/** Says which tasks no worker could take, and what kind of worker is missing: {@code 28 tasks not run: no s390x worker}. */
public final class Unmatched {

    private Unmatched() {}

    /**
     * A sentence for each kind of worker that is missing, in the tasks' order.
     *
     * @param workers what the workers that are there offer
     */
    public static List<String> sentences(Collection<Task> tasks, Collection<Attributes> workers) {
        var missing = new LinkedHashMap<String, Integer>();
        for (var task : tasks) {
            if (task.isUnmatched()) {
                missing.merge(missing(task.requirement(), workers), 1, Integer::sum);
            }
        }
        var sentences = new ArrayList<String>();
        missing.forEach(
                (what, number) -> sentences.add(number + (number == 1 ? " task" : " tasks") + " not run: no " + what));
        return sentences;
    }

    /** What tells the missing worker apart from the nearest one that is there. */
    private static String missing(String requirement, Collection<Attributes> workers) {
        Requirement parsed;
        try {
            parsed = Requirement.parse(requirement);
        } catch (IllegalArgumentException e) {
            return "worker with " + requirement;
        }
        var vetoes = workers.stream()
                .map(parsed::vetoes)
                .min(Comparator.comparingInt(List::size))
                .orElseGet(() -> parsed.vetoes(Attributes.of(java.util.Map.of())));
        var platform = new ArrayList<String>();
        var rest = new ArrayList<String>();
        for (var key : List.of("os", "arch")) {
            vetoes.stream()
                    .filter(veto -> veto.key().equals(key))
                    .map(Unmatched::values)
                    .forEach(platform::add);
        }
        for (var veto : vetoes) {
            if (veto.kind() == Veto.Kind.LABEL_ABSENT) {
                rest.add("label " + veto.wanted());
            } else if (!veto.key().equals("os") && !veto.key().equals("arch")) {
                rest.add(veto.key() + veto.wanted());
            }
        }
        return (platform.isEmpty() ? "" : String.join("-", platform) + " ")
                + "worker"
                + (rest.isEmpty() ? "" : " with " + String.join(" and ", rest));
    }

    /** {@code =a|b} as {@code a or b}. */
    private static String values(Veto veto) {
        return veto.wanted().replaceFirst("^=", "").replace("|", " or ");
    }
}
