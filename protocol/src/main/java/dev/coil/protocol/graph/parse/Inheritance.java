package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.DidYouMean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives a task the keys of those that it extends. */
final class Inheritance {

    private static final int DEEPEST = 20;

    private static final Set<String> JOINED = Set.of("env", "resources");

    private final ShapeChecker checker;
    private final Problems problems;
    private final Map<String, Yaml.Mapping> sources = new LinkedHashMap<>();
    private final Map<String, Boolean> sound = new HashMap<>();
    private final Set<Set<String>> cycles = new HashSet<>();

    /** @param roots the files whose templates there are, the nearest first */
    Inheritance(List<Yaml.Mapping> roots, Yaml.Mapping tasks, ShapeChecker checker, Problems problems) {
        this.checker = checker;
        this.problems = problems;
        collect(tasks, false);
        roots.forEach(root -> collect(root, true));
    }

    private void collect(Yaml.Mapping mapping, boolean templatesOnly) {
        for (var entry : mapping.entries()) {
            if (entry.value() instanceof Yaml.Mapping keys
                    && (!templatesOnly || entry.key().text().startsWith("x-"))) {
                sources.putIfAbsent(entry.key().text(), keys);
            }
        }
    }

    /** All keys of a task; {@code null} if something that it extends is wrong, which then is among the problems. */
    @Nullable
    Map<String, Yaml> keys(String name, Yaml.Mapping own) {
        var keys = new LinkedHashMap<String, Yaml>();
        var chain = new ArrayList<>(List.of(name));
        var next = own;
        while (next != null) {
            for (var entry : next.entries()) {
                if (!entry.key().text().startsWith("x-")) {
                    keys.merge(
                            entry.key().text(),
                            entry.value(),
                            (mine, theirs) -> merge(entry.key().text(), mine, theirs));
                }
            }
            if (!(next.get("extends") instanceof Yaml.Scalar parent)) {
                return keys;
            }
            next = source(parent, chain);
        }
        return null;
    }

    /** The nearer value, but environments and resources are joined. */
    static Yaml merge(String key, Yaml mine, Yaml theirs) {
        if (!JOINED.contains(key) || !(mine instanceof Yaml.Mapping a) || !(theirs instanceof Yaml.Mapping b)) {
            return mine;
        }
        var entries = new ArrayList<>(b.entries());
        entries.addAll(a.entries());
        return new Yaml.Mapping(entries, null, a.at());
    }

    private String hint(String name) {
        var similar = DidYouMean.hint(name, sources.keySet());
        return similar != null ? similar : "write its keys under x-" + name.replaceFirst("^[^A-Za-z0-9]+", "");
    }

    private Yaml.@Nullable Mapping source(Yaml.Scalar parent, List<String> chain) {
        var name = parent.text();
        var source = sources.get(name);
        if (source == null) {
            problems.add(parent.at(), "there is no task or template '" + name + "' to extend", hint(name));
            return null;
        }
        int before = chain.indexOf(name);
        chain.add(name);
        if (before >= 0) {
            var cycle = chain.subList(before, chain.size());
            if (cycles.add(Set.copyOf(new HashSet<>(cycle)))) {
                problems.add(
                        parent.at(),
                        "tasks extend each other: " + String.join(" -> ", cycle),
                        "remove one of these extends");
            }
            return null;
        }
        if (chain.size() > DEEPEST) {
            problems.add(
                    parent.at(),
                    "tasks extend each other over more than " + DEEPEST + " levels",
                    "extend a nearer one");
            return null;
        }
        return sound.computeIfAbsent(name, n -> checker.check(source, GraphKeys.TASK)) ? source : null;
    }
}
