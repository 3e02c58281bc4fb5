package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Retries;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.expression.Expression;
import dev.coil.protocol.graph.expression.ExpressionException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one task. Its keys are known to be of the right shape. */
final class TaskReader {

    private final Located<String> name;
    private final Map<String, Yaml> keys;
    private final Map<String, Yaml> defaults;
    private final List<Located<String>> platforms;
    private final Problems problems;
    private final List<Template> templates = new ArrayList<>();

    /**
     * @param keys the task's own and those that it takes over from other tasks
     * @param platforms the names under {@code platforms}
     */
    TaskReader(
            Located<String> name,
            Map<String, Yaml> keys,
            Map<String, Yaml> defaults,
            List<Located<String>> platforms,
            Problems problems) {
        this.name = name;
        this.keys = keys;
        this.defaults = defaults;
        this.platforms = platforms;
        this.problems = problems;
    }

    TaskDefinition read() {
        var matrix = keys.get("matrix") instanceof Yaml.Mapping node
                ? new MatrixReader(platforms, problems).read(node)
                : null;
        var needs = needs(keys.get("needs"));
        var from = keys.get("from") instanceof Yaml.Scalar scalar ? located(scalar) : null;
        var runsOn = both("runs-on") == null ? null : new RequirementReader(problems).runsOn(both("runs-on"));
        var condition = keys.get("if") instanceof Yaml.Scalar scalar ? condition(scalar) : null;
        var definition = new TaskDefinition(
                name, matrix, needs, from, downloads(), runsOn, limits(), concurrency(), condition, work());
        if (definition.work().run() == null && needs.isEmpty() && from == null) {
            problems.add(
                    name.at(),
                    "the task '" + name.value() + "' has nothing to do",
                    "give it 'run', or 'needs' to wait for");
        }
        if (definition.isGenerator() && definition.work().run() == null) {
            problems.add(
                    definition.work().generates().at(),
                    "a task that generates others needs 'run'",
                    "its script writes the file");
        }
        var checkout = keys.get("checkout");
        if (from != null
                && checkout != null
                && !(checkout instanceof Yaml.Scalar own && own.text().equals("false"))) {
            problems.add(
                    checkout.at(),
                    "a task with 'from' starts in the tree of that task and checks nothing out",
                    "leave 'checkout' out");
        }
        checkAxes(definition);
        return definition;
    }

    private List<NeedDefinition> needs(@Nullable Yaml node) {
        if (node == null) {
            return List.of();
        }
        var items = node instanceof Yaml.Sequence sequence ? sequence.items() : List.of(node);
        var needs = new ArrayList<NeedDefinition>();
        for (var item : items) {
            if (item instanceof Yaml.Scalar scalar) {
                needs.add(NeedDefinition.on(located(scalar)));
            } else {
                var need = need((Yaml.Mapping) item);
                if (need != null) {
                    needs.add(need);
                }
            }
        }
        return needs;
    }

    private @Nullable NeedDefinition need(Yaml.Mapping node) {
        boolean generated = node.get("generated-by") != null;
        var other = node.get(generated ? "generated-by" : "task");
        if (!(other instanceof Yaml.Scalar task)) {
            problems.add(node.at(), "a need needs the key 'task'");
            return null;
        }
        if (generated && node.get("task") instanceof Yaml.Scalar both) {
            problems.add(both.at(), "a need has 'task' or 'generated-by', not both", "make two needs of it");
        }
        var matrix = node.get("matrix");
        var reach = NeedDefinition.Reach.JOINED;
        var fixed = new LinkedHashMap<String, Template>();
        if (matrix instanceof Yaml.Scalar word) {
            reach = word.text().equals("all") ? NeedDefinition.Reach.ALL : NeedDefinition.Reach.REQUIRED;
        } else if (matrix instanceof Yaml.Mapping values) {
            values.entries().forEach(e -> fixed.put(e.key().text(), template(e.value())));
        }
        var optional = node.get("optional") instanceof Yaml.Scalar truth
                && truth.text().equals("true");
        return new NeedDefinition(located(task), reach, fixed, optional, accept(node.get("accept")), generated);
    }

    private static List<Outcome> accept(@Nullable Yaml node) {
        if (node == null) {
            return List.of();
        }
        var items = node instanceof Yaml.Sequence sequence ? sequence.items() : List.of(node);
        return items.stream()
                .map(item -> Conversions.outcome(((Yaml.Scalar) item).text()))
                .filter(outcome -> outcome != Outcome.SUCCESS)
                .distinct()
                .toList();
    }

    private List<TaskDefinition.Download> downloads() {
        var downloads = new ArrayList<TaskDefinition.Download>();
        for (var entry : entries(keys.get("download"))) {
            var text = entry.key().text();
            int dot = text.lastIndexOf('.');
            downloads.add(new TaskDefinition.Download(
                    new Located<>(text.substring(0, dot), entry.key().at()),
                    text.substring(dot + 1),
                    template(entry.value())));
        }
        return downloads;
    }

    private TaskDefinition.Limits limits() {
        return new TaskDefinition.Limits(
                setting("timeout", both("timeout"), Conversions::millis),
                setting("queue-timeout", keys.get("queue-timeout"), Conversions::millis),
                setting("queue-timeout", defaults.get("queue-timeout"), Conversions::millis),
                setting("allow-failure", keys.get("allow-failure"), Boolean::valueOf),
                setting("allow-failure", defaults.get("allow-failure"), Boolean::valueOf),
                setting("priority", both("priority"), Conversions::priority),
                retries(),
                both("start") instanceof Yaml.Scalar start && start.text().equals("granted")
                        ? Start.GRANTED
                        : Start.OPTIMISTIC);
    }

    private Retries retries() {
        if (!(both("retry") instanceof Yaml.Mapping budgets)) {
            return Retries.STANDARD;
        }
        return new Retries(
                budget(budgets, "failure", Retries.STANDARD.failure()),
                budget(budgets, "timeout", Retries.STANDARD.timeout()),
                budget(budgets, "infra", Retries.STANDARD.infra()));
    }

    private static int budget(Yaml.Mapping budgets, String key, int otherwise) {
        return budgets.get(key) instanceof Yaml.Scalar count ? Integer.parseInt(count.text()) : otherwise;
    }

    private @Nullable ConcurrencyDefinition concurrency() {
        var node = keys.get("concurrency");
        if (node == null) {
            return null;
        }
        var definition = ConcurrencyReader.read(node, problems);
        templates.add(definition.group());
        return definition;
    }

    private TaskDefinition.Work work() {
        var env = new LinkedHashMap<String, Template>();
        entries(both("env")).forEach(entry -> env.put(entry.key().text(), template(entry.value())));
        var artifacts = new ArrayList<TaskDefinition.Artifact>();
        for (var entry : entries(keys.get("artifacts"))) {
            boolean always = entry.value() instanceof Yaml.Mapping mapping
                    && mapping.get("when") instanceof Yaml.Scalar when
                    && when.text().equals("always");
            long expires = entry.value() instanceof Yaml.Mapping mapping
                            && mapping.get("expires") instanceof Yaml.Scalar duration
                    ? Conversions.millis(duration.text())
                    : 0;
            var path = entry.value() instanceof Yaml.Mapping mapping ? mapping.get("path") : entry.value();
            if (path != null) {
                artifacts.add(new TaskDefinition.Artifact(located(entry.key()), template(path), always, expires));
            }
        }
        var exitCodes = new LinkedHashMap<Integer, Action.ExitMeaning>();
        for (var entry : entries(both("exit-codes"))) {
            var meaning = (Yaml.Mapping) entry.value();
            var label = meaning.get("label") instanceof Yaml.Scalar word ? word.text() : null;
            if (meaning.get("outcome") instanceof Yaml.Scalar outcome) {
                exitCodes.put(
                        Integer.valueOf(entry.key().text()),
                        new Action.ExitMeaning(Conversions.outcome(outcome.text()), label));
            }
        }
        var checkout = new CheckoutReader(this::template, problems).read(both("checkout"));
        return new TaskDefinition.Work(
                optional(keys.get("run")),
                optional(both("shell")),
                env,
                optional(both("working-directory")),
                checkout,
                artifacts,
                exitCodes,
                setting("tty", both("tty"), Boolean::valueOf),
                resources(),
                optional(keys.get("generates")),
                caches());
    }

    private List<TaskDefinition.Cache> caches() {
        var caches = new ArrayList<TaskDefinition.Cache>();
        for (var node : items(both("cache"))) {
            if (node instanceof Yaml.Mapping mapping) {
                var key = optional(mapping.get("key"));
                boolean always = mapping.get("when") instanceof Yaml.Scalar when
                        && when.text().equals("always");
                for (var path : items(mapping.get("path"))) {
                    caches.add(new TaskDefinition.Cache(template(path), key, always));
                }
            } else {
                caches.add(new TaskDefinition.Cache(template(node), null, false));
            }
        }
        return caches;
    }

    private static List<? extends Yaml> items(@Nullable Yaml node) {
        return node == null ? List.of() : node instanceof Yaml.Sequence list ? list.items() : List.of(node);
    }

    private TaskDefinition.Resources resources() {
        var node = both("resources") instanceof Yaml.Mapping mapping ? mapping : null;
        return new TaskDefinition.Resources(
                resource("cpus", node, Integer::valueOf),
                resource("memory", node, Conversions::bytes),
                resource("disk", node, Conversions::bytes),
                resource("exclusive", node, Boolean::valueOf));
    }

    private <T> @Nullable Setting<T> resource(String key, Yaml.@Nullable Mapping node, Function<String, T> conversion) {
        return node == null ? null : setting(GraphKeys.RESOURCES, key, node.get(key), conversion);
    }

    private @Nullable ConditionDefinition condition(Yaml.Scalar node) {
        var text = node.text();
        int start = text.length() - text.stripLeading().length();
        int end = text.stripTrailing().length();
        if (text.startsWith("${{", start) && text.endsWith("}}".concat(text.substring(end)))) {
            start += 3;
            end -= 2;
        }
        int offset = start;
        try {
            return new ConditionDefinition(Expression.parse(text.substring(start, end)), at -> node.place(at + offset));
        } catch (ExpressionException e) {
            var hint = text.indexOf("${{", start) >= 0 ? "write the names alone, without ${{ }}" : e.hint();
            problems.add(node.place(e.offset() + offset), e.getMessage(), hint);
            return null;
        }
    }

    /** Everything that names an axis names one of this task's. */
    private void checkAxes(TaskDefinition definition) {
        Set<String> axes = definition.matrix() == null
                ? Set.of()
                : new LinkedHashSet<>(definition.matrix().names());
        var runsOn = definition.runsOn();
        if (runsOn != null) {
            Stream.of(
                            Stream.ofNullable(runsOn.platform()),
                            runsOn.labels().stream(),
                            runsOn.facts().stream().flatMap(fact -> fact.values().stream()))
                    .flatMap(Function.identity())
                    .forEach(templates::add);
        }
        for (var template : templates) {
            template.axes().forEach(axis -> checkAxis(axis.value(), axis.at(), axes));
        }
        var condition = definition.condition();
        if (condition != null) {
            condition
                    .expression()
                    .axes()
                    .forEach(axis -> checkAxis(axis.name(), condition.place().apply(axis.offset()), axes));
        }
    }

    private void checkAxis(String axis, Position at, Collection<String> axes) {
        if (!axes.contains(axis)) {
            var message = axes.isEmpty()
                    ? "the task '" + name.value() + "' has no matrix, so no matrix." + axis
                    : "the matrix of '" + name.value() + "' has no axis '" + axis + "'";
            var similar = DidYouMean.hint(axis, axes);
            problems.add(
                    at,
                    message,
                    similar != null
                            ? similar
                            : axes.isEmpty() ? "give it one" : "there are " + String.join(", ", axes));
        }
    }

    /** The value of the key here or, failing that, under {@code defaults}; environments are joined. */
    private @Nullable Yaml both(String key) {
        var own = keys.get(key);
        var other = defaults.get(key);
        return own == null ? other : other == null ? own : Inheritance.merge(key, own, other);
    }

    private <T> @Nullable Setting<T> setting(String key, @Nullable Yaml node, Function<String, T> conversion) {
        return setting(GraphKeys.TASK, key, node, conversion);
    }

    private <T> @Nullable Setting<T> setting(
            Shape.Keys keys, String key, @Nullable Yaml node, Function<String, T> conversion) {
        var known = keys.key(key);
        return node == null || known == null
                ? null
                : new Setting<>(template(node), (Shape.Scalar) known.shape(), conversion);
    }

    private @Nullable Template optional(@Nullable Yaml node) {
        return node == null ? null : template(node);
    }

    private Template template(Yaml node) {
        var template = Template.read((Yaml.Scalar) node, problems);
        templates.add(template);
        return template;
    }

    private static List<Yaml.Entry> entries(@Nullable Yaml node) {
        return node instanceof Yaml.Mapping mapping ? mapping.entries() : List.of();
    }

    private static Located<String> located(Yaml.Scalar scalar) {
        return new Located<>(scalar.text(), scalar.at());
    }
}
