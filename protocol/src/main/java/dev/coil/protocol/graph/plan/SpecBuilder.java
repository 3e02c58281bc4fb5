package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.graph.parse.Problems;
import dev.coil.protocol.graph.parse.Setting;
import dev.coil.protocol.graph.parse.TaskDefinition;
import dev.coil.protocol.graph.parse.Template;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the task of a run from a linked instance. */
final class SpecBuilder {

    private static final int LARGEST_SCRIPT = 4 << 20;

    private final Scope scope;
    private final Conditions conditions;
    private final Groups groups;
    private final Problems problems;

    /** One object a target: most needs accept nothing but success. */
    private final Map<Integer, Need> plainNeeds = new HashMap<>();

    SpecBuilder(Scope scope, Conditions conditions, Groups groups, Problems problems) {
        this.scope = scope;
        this.conditions = conditions;
        this.groups = groups;
        this.problems = problems;
    }

    /** The task, as far as it does not depend on which others are kept: without indices. */
    TaskSpec draft(Instance instance) {
        var definition = instance.definition;
        var limits = definition.limits();
        var platform = instance.machine.platform();
        var factor = platform == null ? BigDecimal.ONE : platform.timeoutFactor();
        var timeout = value(limits.timeoutMillis(), instance);
        var priority = value(limits.priority(), instance);
        var concurrency = groups.of(instance.definition.concurrency(), instance.matrix);
        return new TaskSpec(
                scope.prefix() + instance.name,
                scope.prefix() + instance.base(),
                instance.matrix,
                List.of(),
                Reservations.of(instance.machine.requirement(), resources(instance)),
                platform == null ? null : platform.name().value(),
                priority == null ? Priority.NORMAL : priority,
                instance.allowFailure,
                conditions.remainder(instance),
                timeout == null ? 0 : scaled(timeout, factor),
                queueTimeout(instance),
                limits.retries(),
                start(definition, concurrency),
                concurrency,
                action(instance));
    }

    /** The task with its edges. */
    TaskSpec complete(Instance instance, TaskSpec draft, Map<Instance, Integer> indices, Set<Instance> keptTrees) {
        var needs = new ArrayList<Need>(instance.needs.size());
        for (var link : instance.needs.values()) {
            int target = indices.get(link.target());
            needs.add(
                    link.accept().isEmpty() && !link.generated()
                            ? plainNeeds.computeIfAbsent(target, Need::on)
                            : new Need(target, link.accept(), link.generated()));
        }
        needs.sort(Comparator.comparingInt(Need::task));
        var downloads = new ArrayList<Action.Download>();
        for (var fetch : instance.fetches) {
            var path = fetch.download().path().text(instance.matrix);
            downloads.add(new Action.Download(
                    indices.get(fetch.source()), fetch.download().artifact(), path));
        }
        return draft.with()
                .needs(needs)
                .action(draft.action()
                        .linked(
                                instance.from == null ? null : indices.get(instance.from),
                                keptTrees.contains(instance),
                                downloads))
                .build();
    }

    private Action action(Instance instance) {
        var work = instance.definition.work();
        var matrix = instance.matrix;
        var script = text(work.run(), matrix, "");
        if (script.length() > LARGEST_SCRIPT) {
            problems.add(
                    instance.definition.name().at(),
                    "the script of '" + instance.name + "' has more than 4 MiB",
                    "keep it as a file in the repository, and run that");
        }
        var env = new HashMap<String, String>();
        work.env().forEach((name, value) -> env.put(name, value.text(matrix)));
        var artifacts = new ArrayList<Action.Artifact>();
        for (var artifact : work.artifacts()) {
            var path = path(artifact.path(), matrix);
            artifacts.add(
                    new Action.Artifact(artifact.name().value(), path, artifact.always(), artifact.expiresMillis()));
        }
        instance.definition.downloads().forEach(download -> path(download.path(), matrix));
        var directory = work.workingDirectory() == null ? "" : path(work.workingDirectory(), matrix);
        var shell = text(work.shell(), matrix, "sh").strip();
        boolean works = !script.isEmpty() || !artifacts.isEmpty();
        var checkouts = works && instance.definition.from() == null
                ? new Checkouts(problems, this::path).of(work.checkout(), matrix)
                : List.<Action.Checkout>of();
        return new Action(
                script,
                null,
                shell.isEmpty() ? "sh" : shell,
                env,
                directory,
                !checkouts.isEmpty(),
                null,
                false,
                List.of(),
                artifacts,
                work.exitCodes(),
                Boolean.TRUE.equals(value(work.tty(), instance)),
                resources(instance),
                checkouts.equals(List.of(Action.Checkout.OWN)) ? List.of() : checkouts,
                generates(work.generates(), matrix),
                caches(work.caches(), matrix));
    }

    private List<Action.Cache> caches(List<TaskDefinition.Cache> wanted, Map<String, String> matrix) {
        var caches = new ArrayList<Action.Cache>();
        for (var cache : wanted) {
            var path = path(cache.path(), matrix);
            if (path.indexOf('*') >= 0 || path.indexOf('?') >= 0) {
                problems.add(
                        cache.path().at(),
                        "a cache is a file or a directory, and '" + path + "' is a pattern",
                        "name the directory that the files are in");
            } else if (path.matches("[./]+")) {
                problems.add(
                        cache.path().at(),
                        "a cache is a part of the workspace, and '" + path + "' is all of it",
                        "name the directories that later runs can use");
            }
            caches.add(new Action.Cache(path, text(cache.key(), matrix, Action.Cache.STANDARD_KEY), cache.always()));
        }
        return caches;
    }

    private Action.@Nullable Generates generates(@Nullable Template file, Map<String, String> matrix) {
        return file == null ? null : new Action.Generates(path(file, matrix), scope.depth() + 1, null);
    }

    private Resources resources(Instance instance) {
        var wanted = instance.definition.work().resources();
        return new Resources(
                value(wanted.cpus(), instance),
                value(wanted.memory(), instance),
                value(wanted.disk(), instance),
                Boolean.TRUE.equals(value(wanted.exclusive(), instance)));
    }

    /** A path that cannot lead out of the checkout. */
    private String path(Template template, Map<String, String> matrix) {
        var path = template.text(matrix);
        if (path.isBlank()) {
            problems.add(
                    template.at(), "expected a path, got nothing" + (template.isConstant() ? "" : " from " + template));
        } else if (path.startsWith("/") || path.matches("[A-Za-z]:.*")) {
            problems.add(template.at(), "expected a path relative to the directory of this file, got '" + path + "'");
        } else if (List.of(path.split("[/\\\\]")).contains("..")) {
            problems.add(
                    template.at(),
                    "the path '" + path + "' must not lead out of its directory with ..",
                    "copy what is outside into it first");
        }
        return path;
    }

    private long queueTimeout(Instance instance) {
        var limits = instance.definition.limits();
        var own = value(limits.queueTimeoutMillis(), instance);
        if (own != null) {
            return own;
        }
        var platform = instance.machine.platform();
        if (platform != null && platform.queueTimeoutMillis() > 0) {
            return platform.queueTimeoutMillis();
        }
        var otherwise = value(limits.defaultQueueTimeoutMillis(), instance);
        return otherwise == null ? 0 : otherwise;
    }

    /** What must not run beside others, or has something staged under its claim, must not start before it is known to have won. */
    private static Start start(TaskDefinition definition, @Nullable Concurrency concurrency) {
        return concurrency != null || definition.isGenerator()
                ? Start.GRANTED
                : definition.limits().start();
    }

    private <T> @Nullable T value(@Nullable Setting<T> setting, Instance instance) {
        return setting == null ? null : setting.value(instance.matrix, problems);
    }

    private static String text(@Nullable Template template, Map<String, String> matrix, String otherwise) {
        return template == null ? otherwise : template.text(matrix);
    }

    private static long scaled(long millis, BigDecimal factor) {
        long scaled = BigDecimal.valueOf(millis)
                .multiply(factor)
                .setScale(0, RoundingMode.HALF_UP)
                .longValue();
        return Math.max(1, scaled);
    }
}
