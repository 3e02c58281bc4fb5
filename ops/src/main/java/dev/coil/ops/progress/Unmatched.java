package dev.coil.ops.progress;

import dev.coil.ops.client.Task;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.Veto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Says which tasks no worker could take, and what kind of worker is missing: {@code 28 tasks not run: no s390x worker}. What could
 * have been taken, but needs one of those, is counted with it.
 */
public final class Unmatched {

    /** So many tasks are named. */
    private static final int NAMED = 5;

    private final Collection<Attributes> workers;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, Task> causes = new HashMap<>();

    private Unmatched(Collection<Task> tasks, Collection<Attributes> workers) {
        this.workers = workers;
        tasks.stream().filter(Task::isUnmatched).forEach(task -> this.tasks.put(task.name(), task));
    }

    /**
     * A sentence for each kind of worker that is missing, in the tasks' order.
     *
     * @param workers what the workers that are there offer
     */
    public static List<String> sentences(Collection<Task> tasks, Collection<Attributes> workers) {
        return new Unmatched(tasks, workers).sentences();
    }

    private List<String> sentences() {
        var missing = new LinkedHashMap<String, List<String>>();
        for (var task : tasks.values()) {
            missing.computeIfAbsent(missing(cause(task).requirement()), what -> new ArrayList<>())
                    .add(task.name());
        }
        var sentences = new ArrayList<String>();
        missing.forEach((what, names) -> sentences.add(names.size() + (names.size() == 1 ? " task" : " tasks")
                + " not run: no " + what + " (" + named(names) + ")"));
        return sentences;
    }

    private static String named(List<String> names) {
        int more = names.size() - NAMED;
        return more <= 0
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, NAMED - 1)) + " and " + (more + 1) + " more";
    }

    /** The task itself if no worker could take it; else one that it needs, directly or not. */
    private Task cause(Task task) {
        var way = new ArrayList<String>();
        var cause = task;
        while (!causes.containsKey(cause.name()) && canBeTaken(cause)) {
            way.add(cause.name());
            var need = cause.needs().stream()
                    .map(tasks::get)
                    .filter(Objects::nonNull)
                    .findFirst();
            if (need.isEmpty()) {
                break;
            }
            cause = need.get();
        }
        var found = causes.getOrDefault(cause.name(), cause);
        way.forEach(name -> causes.put(name, found));
        return found;
    }

    private boolean canBeTaken(Task task) {
        try {
            var requirement = Requirement.parse(task.requirement());
            return workers.stream()
                    .anyMatch(worker -> requirement.vetoes(worker).isEmpty());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What tells the missing worker apart from the nearest one that is there. */
    private String missing(String requirement) {
        Requirement parsed;
        try {
            parsed = Requirement.parse(requirement);
        } catch (IllegalArgumentException e) {
            return "worker with " + requirement;
        }
        var vetoes = workers.stream()
                .map(parsed::vetoes)
                .min(Comparator.comparingInt(List::size))
                .orElseGet(() -> parsed.vetoes(Attributes.of(Map.of())));
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
