package dev.coil.ops.soil;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.coil.ops.client.Json;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes a task list as a graph file. */
public final class SoilGraph {

    /** Text that YAML takes for itself without quotes. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_./][A-Za-z0-9_./+-]*");

    private static final List<String> WORDS = List.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private SoilGraph() {}

    /**
     * The graph's text.
     *
     * @param project its name; {@code null} for the repository's
     * @param inOrder whether the tasks run one after another in one checkout, as Soil runs them, or side by side in their own
     */
    public static String of(List<SoilTask> tasks, @Nullable String project, boolean inOrder) {
        var text = new StringBuilder();
        text.append("# Imported from a task list of Soil.\n");
        text.append(inOrder ? """
                        # Each task starts in the tree that the one before it left, as in Soil; but one that fails ends the row.
                        # Where a task needs nothing of the one before, take its 'from' out: it then starts at once, in a checkout
                        # of its own. Where it needs others, name them in 'needs', and their files in 'artifacts' and 'download'.
                        """ : """
                        # Each task has a checkout of its own. Where one needs others, name them in 'needs', and their files in
                        # 'artifacts' and 'download'; or let it start in another one's tree with 'from'.
                        """);
        if (project != null) {
            text.append("name: ").append(scalar(project)).append('\n');
        }
        text.append("defaults: {timeout: 15m}\ntasks:\n");
        String before = null;
        for (var task : tasks) {
            text.append("  ").append(scalar(task.name())).append(":\n");
            if (inOrder && before != null) {
                text.append("    from: ").append(scalar(before)).append('\n');
            }
            text.append("    run: ")
                    .append(scalar(task.script() + " " + task.action()))
                    .append('\n');
            if (task.result() != null) {
                text.append("    artifacts: {result: ")
                        .append(scalar(task.result()))
                        .append("}\n");
            }
            before = task.name();
        }
        return text.toString();
    }

    private static String scalar(String value) {
        boolean plain = List.of(value.split(" ", -1)).stream()
                        .allMatch(word -> PLAIN.matcher(word).matches())
                && !WORDS.contains(value.toLowerCase(java.util.Locale.ROOT));
        if (plain) {
            return value;
        }
        try {
            return Json.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text is always JSON", e);
        }
    }
}
