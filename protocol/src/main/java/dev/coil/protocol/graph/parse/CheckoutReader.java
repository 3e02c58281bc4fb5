package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@code checkout}, which is known to be of its shape. */
final class CheckoutReader {

    private final Function<Yaml, Template> templates;
    private final Problems problems;

    /** @param templates makes a template of a value, and looks after its axes */
    CheckoutReader(Function<Yaml, Template> templates, Problems problems) {
        this.templates = templates;
        this.problems = problems;
    }

    CheckoutDefinition read(@Nullable Yaml node) {
        if (node == null) {
            return CheckoutDefinition.OWN;
        }
        if (node instanceof Yaml.Scalar word) {
            return isTrue(word) ? CheckoutDefinition.OWN : CheckoutDefinition.NOTHING;
        }
        return read(node instanceof Yaml.Sequence list ? list.items() : List.of(node), node.at());
    }

    /** The project's own comes first, and unasked unless an item says {@code false}. */
    private CheckoutDefinition read(List<Yaml> items, Position at) {
        var own = CheckoutDefinition.Repository.own(at);
        boolean ownSaid = false;
        boolean ownWanted = true;
        var others = new ArrayList<CheckoutDefinition.Repository>();
        for (var item : items) {
            var repository = item instanceof Yaml.Mapping keys ? repository(keys) : null;
            if (repository != null && !repository.isOwn()) {
                others.add(repository);
                continue;
            }
            if (ownSaid) {
                problems.add(
                        item.at(),
                        "the project's own repository is checked out once",
                        "'repository: .' with a 'path' checks it out a second time");
            }
            ownSaid = true;
            if (repository != null) {
                own = repository;
            } else {
                ownWanted = item instanceof Yaml.Scalar word && isTrue(word);
            }
        }
        if (ownWanted) {
            others.add(0, own);
        }
        return new CheckoutDefinition(List.copyOf(others));
    }

    private CheckoutDefinition.Repository repository(Yaml.Mapping keys) {
        var ref = keys.get("ref");
        if (ref != null && keys.get("repository") == null) {
            problems.add(
                    ref.at(),
                    "'ref' needs 'repository': of the project's own, the commit that the run is of is checked out",
                    "'repository: .' with a 'path' checks out another one beside it");
        }
        return new CheckoutDefinition.Repository(
                keys.at(),
                template(keys.get("repository")),
                template(ref),
                template(keys.get("path")),
                keys.get("submodules") instanceof Yaml.Scalar word ? submodules(word.text()) : Action.Submodules.NONE,
                keys.get("lfs") instanceof Yaml.Scalar word && isTrue(word));
    }

    private static Action.Submodules submodules(String word) {
        return switch (word) {
            case "true" -> Action.Submodules.DIRECT;
            case "false" -> Action.Submodules.NONE;
            default -> Action.Submodules.valueOf(word.toUpperCase(Locale.ROOT));
        };
    }

    private @Nullable Template template(@Nullable Yaml node) {
        return node == null ? null : templates.apply(node);
    }

    private static boolean isTrue(Yaml.Scalar word) {
        return word.text().equals("true");
    }
}
