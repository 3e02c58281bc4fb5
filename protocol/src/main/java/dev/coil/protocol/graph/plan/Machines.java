package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.parse.GraphFile;
import dev.coil.protocol.graph.parse.PlatformDefinition;
import dev.coil.protocol.graph.parse.Position;
import dev.coil.protocol.graph.parse.Problems;
import dev.coil.protocol.graph.parse.RunsOn;
import dev.coil.protocol.graph.parse.TaskDefinition;
import dev.coil.protocol.graph.parse.Template;
import dev.coil.protocol.tuple.Constraint;
import dev.coil.protocol.tuple.Platforms;
import dev.coil.protocol.tuple.Requirement;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Works out what instances ask of a machine. */
final class Machines {

    private static final Pattern LABEL = Pattern.compile("[^\\s,|=<>]+");

    private static final int MOST_TOLD = 12;

    private final GraphFile file;
    private final Problems problems;
    private final Problems warnings;
    private final Facts facts;
    private final Map<String, Machine> named = new HashMap<>();

    /** One object for all instances that ask the same. */
    private final Map<Requirement, Requirement> known = new HashMap<>();

    Machines(GraphFile file, Problems problems, Problems warnings) {
        this.file = file;
        this.problems = problems;
        this.warnings = warnings;
        this.facts = new Facts(problems, warnings);
        file.platforms().values().forEach(platform -> named.put(platform.name().value(), machine(platform)));
    }

    private Machine machine(PlatformDefinition platform) {
        return new Machine(requirement(platform.requirement(), Map.of(), Requirement.ANY), platform);
    }

    /** The machine for an instance with these values; {@link Machine#ANY} where something is wrong. */
    Machine machine(TaskDefinition task, Map<String, String> matrix) {
        var runsOn = task.runsOn();
        if (runsOn == null) {
            if (!file.platforms().isEmpty()) {
                problems.add(
                        task.name().at(),
                        "the task '" + task.name().value() + "' has no runs-on",
                        "with 'platforms', each task has runs-on, or 'defaults' has");
            }
            return Machine.ANY;
        }
        Machine included = Machine.ANY;
        if (runsOn.platform() != null) {
            included = platform(runsOn.platform(), matrix, runsOn.form() == RunsOn.Form.NAME);
        }
        if (runsOn.form() == RunsOn.Form.NAME) {
            return included;
        }
        checkOneSystem(runsOn, matrix, included);
        var requirement = requirement(runsOn, matrix, included.requirement());
        return new Machine(known.computeIfAbsent(requirement, r -> r), included.platform());
    }

    private Machine platform(Template template, Map<String, String> matrix, boolean alone) {
        var name = template.text(matrix);
        var machine = named.get(name);
        if (machine != null) {
            return machine;
        }
        var hint = DidYouMean.hint(name, named.keySet());
        if (hint == null && alone) {
            hint = "define it under 'platforms', or write [" + name + "] for a label";
        }
        if (hint == null && !named.isEmpty() && named.size() <= MOST_TOLD) {
            hint = "there are " + String.join(", ", file.platforms().keySet());
        }
        problems.add(template.at(), "there is no platform '" + name + "'", hint);
        return Machine.ANY;
    }

    /** A platform with another system or architecture would be one in name only. */
    private void checkOneSystem(RunsOn runsOn, Map<String, String> matrix, Machine included) {
        if (included.platform() == null) {
            return;
        }
        for (var fact : runsOn.facts()) {
            var name = fact.name().value();
            var theirs = included.requirement().constraints().get(name);
            if ((name.equals("os") || name.equals("arch"))
                    && theirs != null
                    && !theirs.equals(facts.constraint(fact, matrix))) {
                problems.add(
                        fact.name().at(),
                        "the platform '" + included.platform().name().value() + "' has another " + name + ": "
                                + theirs.canonical().substring(1),
                        "leave one of the two out");
            }
        }
    }

    private Requirement requirement(RunsOn runsOn, Map<String, String> matrix, Requirement included) {
        var constraints = new TreeMap<String, Constraint>(included.constraints());
        for (var fact : runsOn.facts()) {
            var constraint = facts.constraint(fact, matrix);
            if (constraint != null) {
                constraints.put(fact.name().value(), constraint);
            }
        }
        var labels = new TreeSet<>(included.labels());
        for (var template : runsOn.labels()) {
            label(template, template.text(matrix), runsOn.form() == RunsOn.Form.LABELS, labels);
        }
        return new Requirement(constraints, labels);
    }

    private void label(Template template, String label, boolean bare, SortedSet<String> labels) {
        if (!LABEL.matcher(label).matches()) {
            problems.add(template.at(), "expected a label (without spaces and ,|=<>), got '" + label + "'");
        } else if (bare && file.platforms().containsKey(label)) {
            problems.add(
                    template.at(),
                    "'" + label + "' is a platform, and this is a list of labels",
                    "write {platform: " + label + ", labels: […]}");
        } else {
            labels.add(label);
            if (bare) {
                warnOfSystem(template.at(), label);
            }
        }
    }

    private void warnOfSystem(Position at, String label) {
        var key = Platforms.SYSTEMS.contains(Platforms.system(label))
                ? "os"
                : Platforms.ARCHITECTURES.contains(Platforms.architecture(label)) ? "arch" : null;
        if (key != null) {
            warnings.add(
                    at,
                    "only workers with the label '" + label + "' will do",
                    "for the " + key + " write {" + key + ": " + label + "}");
        }
    }
}
