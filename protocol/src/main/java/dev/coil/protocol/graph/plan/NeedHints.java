package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.Located;
import dev.coil.protocol.graph.parse.Position;
import dev.coil.protocol.graph.parse.Problems;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Tasks that must succeed and start with what a task leaves that may fail. Such a failure is as good as success to those that need it,
 * but it leaves nothing: then they are not even run, and fail nothing.
 */
final class NeedHints {

    private final Problems warnings;
    private final Set<Position> told = new HashSet<>();

    NeedHints(Problems warnings) {
        this.warnings = warnings;
    }

    void look(Collection<Instance> instances) {
        for (var instance : instances) {
            if (instance.allowFailure || instance.definition.condition() != null) {
                continue;
            }
            for (var fetch : instance.fetches) {
                var download = fetch.download();
                boolean kept = fetch.source().definition.work().artifacts().stream()
                        .anyMatch(artifact ->
                                artifact.always() && artifact.name().value().equals(download.artifact()));
                if (!kept) {
                    tell(instance, fetch.source(), download.task(), "takes '" + download.artifact() + "' of");
                }
            }
            if (instance.from != null) {
                tell(instance, instance.from, instance.definition.from(), "starts in the tree of");
            }
        }
    }

    private void tell(Instance instance, Instance source, Located<String> name, String how) {
        if (source.allowFailure && told.add(name.at())) {
            warnings.add(
                    name.at(),
                    "'" + instance.name + "' must succeed, but " + how + " '" + source.name
                            + "', which may fail: then it is not run, and the run passes without it",
                    source.definition.matrix() == null
                            ? "let this one fail too, or that one not"
                            : "need {task: " + source.base()
                                    + ", matrix: required}, let this one fail too, or that one not");
        }
    }
}
