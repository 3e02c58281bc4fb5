package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.expression.Expression;
import dev.coil.protocol.graph.expression.ExpressionException;
import dev.coil.protocol.graph.expression.Known;
import dev.coil.protocol.graph.parse.ConditionDefinition;
import dev.coil.protocol.graph.parse.Problems;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts into conditions what is known before the run. */
final class Conditions {

    private static final String DEFAULT = "success()";

    private final PlanContext context;
    private final Catalog catalog;
    private final Targets targets;
    private final Problems problems;
    private final Problems warnings;
    private final Map<String, Boolean> changed = new HashMap<>();

    Conditions(PlanContext context, Catalog catalog, Targets targets, Problems problems, Problems warnings) {
        this.context = context;
        this.catalog = catalog;
        this.targets = targets;
        this.problems = problems;
        this.warnings = warnings;
    }

    /** What is left of an instance's {@code if}; {@code null} for {@code success()}. Its needs must be linked. */
    @Nullable
    String remainder(Instance instance) {
        var condition = instance.definition.condition();
        if (condition == null) {
            return null;
        }
        var needs = new LinkedHashSet<String>();
        if (!condition.expression().needs().isEmpty()) {
            for (var target : instance.needs.keySet()) {
                needs.add(target.base());
                needs.add(target.name);
            }
            checkNeeds(instance, condition, needs);
        }
        try {
            var folded = condition.expression().withSuccess().fold(new Facts(instance, condition, needs));
            var text = folded.toString();
            return text.equals(DEFAULT) ? null : text;
        } catch (ExpressionException e) {
            problems.add(condition.place().apply(e.offset()), e.getMessage(), e.hint());
            return null;
        }
    }

    private void checkNeeds(Instance instance, ConditionDefinition condition, Set<String> needs) {
        for (Expression.Reference need : condition.expression().needs()) {
            if (!needs.contains(need.name()) && !isOptional(instance, need.name())) {
                problems.add(
                        condition.place().apply(need.offset()),
                        "'" + need.name() + "' is not among the needs of '" + instance.name + "'",
                        hint(need.name(), needs));
            }
        }
    }

    private static String hint(String name, Collection<String> needs) {
        var similar = DidYouMean.hint(name, needs);
        return similar != null ? similar : "add it to them";
    }

    /** Whether some optional need would have had this name. */
    private boolean isOptional(Instance instance, String name) {
        var other = catalog.instance(name);
        var base = catalog.task(name) == null && other != null ? other.base() : name;
        return instance.definition.needs().stream()
                .filter(need -> need.optional())
                .anyMatch(need -> targets.of(need).tasks().contains(base));
    }

    private boolean isChanged(String pattern, ConditionDefinition condition) {
        var files = context.changedFiles();
        if (files == null) {
            warnings.add(
                    condition.place().apply(0),
                    "which files changed is unknown: changed('" + pattern + "') is taken as true");
            return true;
        }
        return changed.computeIfAbsent(pattern, p -> {
            var glob = Glob.ofPaths(p);
            return files.stream().anyMatch(glob::matches);
        });
    }

    private final class Facts implements Known {

        private final Instance instance;
        private final ConditionDefinition condition;
        private final Set<String> needs;

        Facts(Instance instance, ConditionDefinition condition, Set<String> needs) {
            this.instance = instance;
            this.condition = condition;
            this.needs = needs;
        }

        @Override
        public String event() {
            return context.event();
        }

        @Override
        public String ref() {
            return context.ref();
        }

        @Override
        public String base() {
            return context.base();
        }

        @Override
        public String matrix(String axis) {
            return instance.matrix.getOrDefault(axis, "");
        }

        @Override
        public boolean changed(String glob) {
            return isChanged(glob, condition);
        }

        @Override
        public boolean isAbsent(String need) {
            return !needs.contains(need);
        }
    }
}
