package dev.coil.protocol.graph.parse;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code runs-on} and the entries of {@code platforms}, which are known to be of the right shape. */
final class RequirementReader {

    private static final Set<String> SETTINGS =
            Set.of("labels", "platform", "timeout-factor", "allow-failure", "queue-timeout");

    private final Problems problems;

    RequirementReader(Problems problems) {
        this.problems = problems;
    }

    RunsOn runsOn(Yaml node) {
        if (node instanceof Yaml.Scalar name) {
            return new RunsOn(node.at(), RunsOn.Form.NAME, Template.read(name, problems), List.of(), List.of());
        } else if (node instanceof Yaml.Sequence) {
            return new RunsOn(node.at(), RunsOn.Form.LABELS, null, List.of(), templates(node));
        }
        var mapping = (Yaml.Mapping) node;
        var platform = mapping.get("platform");
        return new RunsOn(
                node.at(),
                RunsOn.Form.MAP,
                platform == null ? null : Template.read((Yaml.Scalar) platform, problems),
                facts(mapping),
                templates(mapping.get("labels")));
    }

    PlatformDefinition platform(Yaml.Scalar name, Yaml.Mapping mapping) {
        var factor = text(mapping, "timeout-factor", "1");
        if (new BigDecimal(factor).signum() == 0) {
            problems.add(
                    mapping.at(),
                    "the timeout-factor of platform '" + name.text() + "' must be more than 0",
                    "1 changes nothing");
        }
        var queueTimeout = text(mapping, "queue-timeout", "");
        var requirement =
                new RunsOn(mapping.at(), RunsOn.Form.MAP, null, facts(mapping), templates(mapping.get("labels")));
        requirement.labels().forEach(this::noMatrix);
        requirement.facts().forEach(fact -> fact.values().forEach(this::noMatrix));
        return new PlatformDefinition(
                new Located<>(name.text(), name.at()),
                requirement,
                new BigDecimal(factor),
                text(mapping, "allow-failure", "false").equals("true"),
                queueTimeout.isEmpty() ? 0 : Conversions.millis(queueTimeout));
    }

    private void noMatrix(Template template) {
        if (!template.isConstant()) {
            problems.add(template.at(), "a platform has no matrix: got " + template, "write it in the task's runs-on");
        }
    }

    private List<RunsOn.Fact> facts(Yaml.Mapping mapping) {
        var facts = new ArrayList<RunsOn.Fact>();
        for (var entry : mapping.entries()) {
            var name = entry.key().text();
            if (!SETTINGS.contains(name) && !name.startsWith("x-")) {
                facts.add(new RunsOn.Fact(
                        new Located<>(name, entry.key().at()),
                        templates(entry.value()),
                        entry.value() instanceof Yaml.Sequence));
            }
        }
        return facts;
    }

    private List<Template> templates(@Nullable Yaml node) {
        if (node instanceof Yaml.Sequence sequence) {
            return sequence.items().stream()
                    .map(item -> Template.read((Yaml.Scalar) item, problems))
                    .toList();
        }
        return node == null ? List.of() : List.of(Template.read((Yaml.Scalar) node, problems));
    }

    private static String text(Yaml.Mapping mapping, String key, String otherwise) {
        return mapping.get(key) instanceof Yaml.Scalar scalar ? scalar.text() : otherwise;
    }
}
