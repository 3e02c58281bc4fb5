package dev.coil.ops.cli;

import dev.coil.ops.checkout.Checkout;
import dev.coil.ops.checkout.GitFailed;
import dev.coil.ops.checkout.NoCheckout;
import dev.coil.ops.checkout.Wanted;
import dev.coil.ops.client.NodeClient;
import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.parse.GraphParser;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How users name runs. The node resolves the name, but for what depends on where the user is. */
final class RunName {

    static final String DESCRIPTION = "The run: project#17, 17, latest, project#latest, or the beginning of its id.";

    static final String OR_LATEST =
            "The run: project#17, 17, latest, project#latest, or the beginning of its id (default: latest).";

    private static final Pattern WITH_SLASH = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)/([0-9]{1,9}|latest)");
    private static final String LATEST = "latest";
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{1,16}");

    /** What is shorter is no beginning of an id. */
    private static final int SHORTEST_ID = 4;

    private RunName() {}

    /**
     * A name that the node understands: of {@code project/17}, {@code project#17}; of {@code 17} and {@code latest}, the run of the
     * project that the user is in if it has any, or else {@code #17} and the latest of all.
     */
    static String resolve(World world, NodeClient node, String name) {
        var withSlash = WITH_SLASH.matcher(name);
        if (withSlash.matches()) {
            var here = projectHere(world);
            if (here != null && !here.equals(withSlash.group(1)) && !node.hasRuns(withSlash.group(1))) {
                throw CommandFailed.usage("project " + withSlash.group(1) + " has no runs; if " + name
                        + " is a task, name its run before it: latest " + name);
            }
            return withSlash.group(1) + '#' + withSlash.group(2);
        }
        if (!NUMBER.matcher(name).matches() && !name.equals(LATEST)) {
            if (!name.contains("#") && !ID.matcher(name).matches()) {
                throw CommandFailed.usage(
                        "'" + name + "' names no run: expected project#17, 17, latest, project#latest or"
                                + " the beginning of an id; if it is a task, name its run before it: latest " + name);
            }
            return name;
        }
        var project = projectHere(world);
        boolean isHere = project != null && node.hasRuns(project);
        if (name.equals(LATEST)) {
            return isHere ? project + '#' + LATEST : LATEST;
        }
        var numbered = (isHere ? project : "") + '#' + name;
        // Digits alone may also be the beginning of an id.
        return name.length() >= SHORTEST_ID && !node.hasRun(numbered) ? name : numbered;
    }

    /** The project of the graph where the user is; {@code null} if there is none. */
    static @Nullable String projectHere(World world) {
        try (var checkout = Checkout.find(new Wanted(world.directory(), null, false, null))) {
            var graph = checkout.graph();
            var name = GraphParser.parse(graph.file(), graph.text()).name();
            return name != null ? name : checkout.project();
        } catch (NoCheckout | GitFailed | GraphException e) {
            // To look at runs one need not be in a project, nor in one that is whole.
            return null;
        }
    }
}
