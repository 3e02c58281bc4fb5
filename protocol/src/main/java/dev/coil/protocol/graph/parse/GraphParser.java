package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.trigger.Triggers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads a graph file. */
public final class GraphParser {

    private static final Pattern TABS = Pattern.compile("(?m)^[ \t]*\t[ \t]*");

    private final String fileName;
    private final Problems problems;
    private final ShapeChecker checker;

    private GraphParser(String fileName) {
        this.fileName = fileName;
        this.problems = new Problems(fileName);
        this.checker = new ShapeChecker(problems);
    }

    /**
     * @param fileName for messages
     * @param text YAML 1.2, and so JSON as well
     * @throws GraphException with everything that is wrong with the file in itself
     */
    public static GraphFile parse(String fileName, String text) {
        return new GraphParser(fileName).read(normalised(text));
    }

    /**
     * Reads what a task generated: a file of further tasks, for which the platforms, the defaults and the templates of the graph hold.
     *
     * @param fileName for messages
     * @param text YAML 1.2 with a map of tasks, which may be empty
     * @param graphName of the graph file, for messages
     * @param graphText of the graph file, which is known to be sound
     * @throws GraphException with everything that is wrong with the file in itself
     */
    public static GraphFile parseGenerated(String fileName, String text, String graphName, String graphText) {
        return new GraphParser(fileName).readGenerated(normalised(text), graphName, normalised(graphText));
    }

    /** Line ends as YAML has them, and no byte order mark. */
    private static String normalised(String text) {
        var plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        var lines =
                plain.indexOf('\r') < 0 ? plain : plain.replace("\r\n", "\n").replace('\r', '\n');
        return lines.stripLeading().startsWith("{") ? TABS.matcher(lines).replaceAll(GraphParser::spaces) : lines;
    }

    /** In JSON, tabs may indent; the library takes them for those of a block. */
    private static String spaces(MatchResult tabs) {
        return " ".repeat(tabs.end() - tabs.start());
    }

    private GraphFile read(String text) {
        var root = YamlReader.read(text, null, problems);
        if (root == null || (root instanceof Yaml.Scalar scalar && scalar.isEmpty())) {
            problems.add(Position.START, "the file is empty", "it needs 'tasks'; 'coil init' writes a first graph");
        } else if (!ForeignGraphs.tell(root, problems)) {
            checker.check(root, GraphKeys.GRAPH);
        }
        if (!(root instanceof Yaml.Mapping graph) || !(graph.get("tasks") instanceof Yaml.Mapping tasks)) {
            problems.throwIfAny();
            throw new IllegalStateException("a graph without tasks went unnoticed");
        }
        var platforms = platforms(graph);
        var definitions = tasks(graph, graph, tasks, platforms);
        var triggers = new TriggerReader(problems);
        var on = graph.get("on");
        var starts = on == null || !checker.isSound(on) ? Triggers.DEFAULT : triggers.read(on);
        var concurrency = graph.get("concurrency");
        boolean limited = concurrency != null && checker.isSound(concurrency);
        var group = limited ? ConcurrencyReader.read(concurrency, problems) : null;
        if (group != null) {
            group.group()
                    .axes()
                    .forEach(axis -> problems.add(
                            axis.at(),
                            "a run has no matrix, so no matrix." + axis.value(),
                            "leave it out, or move the group to the task"));
        }
        if (!problems.isEmpty()) {
            NamesNeeded.check(graph, tasks, problems);
        }
        problems.throwIfAny();
        if (definitions.isEmpty()) {
            problems.add(
                    tasks.at(), "there is no task", "add one, such as build: {run: make}; names with x- are templates");
            problems.throwIfAny();
        }
        var name = graph.get("name") instanceof Yaml.Scalar scalar ? scalar.text() : null;
        return new GraphFile(
                fileName,
                name,
                starts,
                triggers.scheduled(),
                group,
                place(graph, "tasks"),
                Collections.unmodifiableMap(platforms),
                Collections.unmodifiableMap(definitions));
    }

    private GraphFile readGenerated(String text, String graphName, String graphText) {
        if (!(YamlReader.read(graphText, graphName, problems) instanceof Yaml.Mapping graph)) {
            throw new IllegalArgumentException(graphName + " is no graph");
        }
        var root = YamlReader.read(text, null, problems);
        if (root == null || (root instanceof Yaml.Scalar scalar && scalar.isEmpty())) {
            problems.add(Position.START, "the file is empty", "for no further task, write tasks: {}");
        } else if (!ForeignGraphs.tell(root, problems)) {
            checker.check(root, GraphKeys.GENERATED);
        }
        if (!(root instanceof Yaml.Mapping generated) || !(generated.get("tasks") instanceof Yaml.Mapping tasks)) {
            problems.throwIfAny();
            throw new IllegalStateException("a file without tasks went unnoticed");
        }
        var platforms = platforms(graph);
        var definitions = tasks(graph, generated, tasks, platforms);
        problems.throwIfAny();
        return new GraphFile(
                fileName,
                null,
                Triggers.DEFAULT,
                List.of(),
                null,
                place(generated, "tasks"),
                Collections.unmodifiableMap(platforms),
                Collections.unmodifiableMap(definitions));
    }

    private static Position place(Yaml.Mapping mapping, String key) {
        return mapping.entries().stream()
                .filter(entry -> entry.key().text().equals(key))
                .map(entry -> entry.key().at())
                .findFirst()
                .orElse(mapping.at());
    }

    private Map<String, PlatformDefinition> platforms(Yaml.Mapping graph) {
        var platforms = new LinkedHashMap<String, PlatformDefinition>();
        if (graph.get("platforms") instanceof Yaml.Mapping mapping) {
            var reader = new RequirementReader(problems);
            for (var entry : mapping.entries()) {
                if (isName(entry) && checker.isSound(entry.value())) {
                    platforms.put(entry.key().text(), reader.platform(entry.key(), (Yaml.Mapping) entry.value()));
                }
            }
        }
        return platforms;
    }

    private Map<String, TaskDefinition> tasks(
            Yaml.Mapping graph, Yaml.Mapping file, Yaml.Mapping tasks, Map<String, PlatformDefinition> platforms) {
        var inheritance = new Inheritance(List.of(file, graph), tasks, checker, problems);
        var defaults = defaults(graph);
        var names = platforms.values().stream().map(PlatformDefinition::name).toList();
        var definitions = new LinkedHashMap<String, TaskDefinition>();
        for (var entry : tasks.entries()) {
            if (problems.isFull()) {
                break;
            }
            if (isName(entry) && checker.isSound(entry.value())) {
                var name = new Located<>(entry.key().text(), entry.key().at());
                var keys = inheritance.keys(name.value(), (Yaml.Mapping) entry.value());
                if (keys != null) {
                    definitions.put(name.value(), new TaskReader(name, keys, defaults, names, problems).read());
                }
            }
        }
        return definitions;
    }

    private Map<String, Yaml> defaults(Yaml.Mapping graph) {
        var defaults = new LinkedHashMap<String, Yaml>();
        if (graph.get("defaults") instanceof Yaml.Mapping mapping && checker.isSound(mapping)) {
            for (var entry : mapping.entries()) {
                defaults.put(entry.key().text(), entry.value());
            }
        }
        return defaults;
    }

    private static boolean isName(Yaml.Entry entry) {
        return !entry.key().text().startsWith("x-");
    }
}
