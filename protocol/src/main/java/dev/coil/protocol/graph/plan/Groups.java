package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.parse.ConcurrencyDefinition;
import dev.coil.protocol.graph.parse.Problems;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names the concurrency groups of a run and its tasks. */
final class Groups {

    private static final int LONGEST = 200;
    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    private final Map<String, String> facts;
    private final String prefix;
    private final Problems problems;

    Groups(PlanContext context, Problems problems) {
        var ref = context.ref();
        facts = Map.of(
                "ref",
                ref,
                "branch",
                ref.startsWith(HEADS) ? ref.substring(HEADS.length()) : "",
                "tag",
                ref.startsWith(TAGS) ? ref.substring(TAGS.length()) : "",
                "event",
                context.event());
        // What comes from elsewhere is to hold up, or cancel, nothing but the like of itself.
        prefix = context.isOfFork() ? ref + " " : "";
        this.problems = problems;
    }

    /** @return {@code null} for no definition and for an empty name; also for one that is too long, which goes to the problems */
    @Nullable
    Concurrency of(@Nullable ConcurrencyDefinition definition, Map<String, String> matrix) {
        if (definition == null) {
            return null;
        }
        var group = definition.group().text(matrix, facts).strip();
        if (group.length() > LONGEST) {
            problems.add(
                    definition.group().at(),
                    "the name of a concurrency group has " + group.length() + " characters, at most " + LONGEST
                            + " are allowed");
            return null;
        }
        // Where nothing is known of what names the group, the like of this have nothing in common.
        return group.isEmpty()
                ? null
                : new Concurrency(prefix + group, definition.max(), definition.cancelInProgress());
    }
}
