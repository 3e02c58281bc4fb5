package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.parse.Shape.Either;
import dev.coil.protocol.graph.parse.Shape.Json;
import dev.coil.protocol.graph.parse.Shape.Key;
import dev.coil.protocol.graph.parse.Shape.Keys;
import dev.coil.protocol.graph.parse.Shape.ListOf;
import dev.coil.protocol.graph.parse.Shape.MapOf;
import dev.coil.protocol.graph.parse.Shape.OrNothing;
import dev.coil.protocol.graph.parse.Shape.Scalar;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every key of the graph file and what may stand there. */
public final class GraphKeys {

    static final int LONGEST_NAME = 200;

    private static final int LONGEST_REPOSITORY = 1_000;

    /** What stands for every name under {@code platforms}. */
    static final Scalar ALL = Scalar.text("the word all").matching("all");

    private static final Scalar TASK_NAME = Scalar.text(
                    "a task's name (letters, digits and ._/+~@:-, first a letter or digit)")
            .matching("[A-Za-z0-9][A-Za-z0-9._/+~@:-]*")
            .atMost(LONGEST_NAME);

    static final Scalar NEED_NAME = Scalar.text("a task's name or glob")
            .matching("[A-Za-z0-9._/+~@:*?\\[\\]{},!-]+")
            .atMost(LONGEST_NAME);

    private static final Scalar PLATFORM_NAME = Scalar.text(
                    "a platform's name (letters, digits and ._+-, first a letter or digit)")
            .matching("[A-Za-z0-9][A-Za-z0-9._+-]*")
            .atMost(100);

    private static final Scalar PROJECT_NAME = Scalar.text(
                    "a project's name (letters, digits and ._-, first a letter or digit)")
            .matching("[A-Za-z0-9][A-Za-z0-9._-]*")
            .atMost(100);

    private static final Scalar LABEL = Scalar.text("a label").withMatrix();

    private static final Scalar DURATION = Scalar.text("a duration such as 90s, 60m or 6h")
            .matching("(0*[1-9][0-9]{0,5})(s|m|h|d)")
            .atMost(20);

    private static final Scalar TRUTH = Scalar.truth();

    private static final Scalar VALUE = Scalar.text("a value");

    private static final Scalar PATH = Scalar.text("a path").withMatrix();

    private static final Either LABELS = Either.of(LABEL, new ListOf(LABEL));

    private static final Scalar FACT_VALUE =
            Scalar.text("a value or a comparison such as \">=8GiB\"").withMatrix();

    private static final Shape FACT = Either.of(FACT_VALUE, new ListOf(FACT_VALUE));

    private static final List<Key> FACTS = List.of(
            Key.of("os", FACT, "The operating system: linux, freebsd, openbsd, netbsd, macos, illumos, windows."),
            Key.of(
                    "arch",
                    FACT,
                    "The architecture: x86_64, i686, aarch64, armv7l, s390x, riscv64, ppc64le, ppc64, loongarch64."),
            Key.of("os-version", FACT, "The operating system's version."),
            Key.of("distro", FACT, "The Linux distribution."),
            Key.of("libc", FACT, "The C library."),
            Key.of("cpus", FACT, "How many processors: \">=4\"."),
            Key.of("memory", FACT, "Main memory: \">=8GiB\"."),
            Key.of("disk", FACT, "Free disk space: \">=20GiB\"."),
            Key.of("labels", LABELS, "Labels that must all be there."));

    private static final MapOf OTHER_FACTS = new MapOf(
            "facts",
            Scalar.text("the name of a fact (small letters, digits and -)").matching("[a-z][a-z0-9-]*"),
            FACT,
            false);

    private static final Keys PLATFORM = new Keys(
            "a platform",
            join(
                    FACTS,
                    Key.of(
                            "timeout-factor",
                            Scalar.number("a number such as 2 or 1.5", Json.NUMBER, "[0-9]{1,4}(\\.[0-9]{1,3})?"),
                            "What the timeouts of tasks are multiplied with here."),
                    Key.of("allow-failure", TRUTH, "Whether tasks may fail here without failing the run."),
                    Key.of("queue-timeout", DURATION, "How long tasks may wait for a worker here.")),
            OTHER_FACTS);

    private static final Keys RUNS_ON_MAP = new Keys(
            "runs-on",
            join(
                    FACTS,
                    Key.of(
                            "platform",
                            PLATFORM_NAME.withMatrix(),
                            "A name under platforms, whose facts are included.")),
            OTHER_FACTS);

    private static final Shape RUNS_ON =
            Either.of(Scalar.text("a platform's name").withMatrix(), new ListOf(LABEL), RUNS_ON_MAP);

    private static final MapOf COMBINATION = new MapOf(
            "a map of axes to values",
            Scalar.text("an axis's name").matching("[A-Za-z_][A-Za-z0-9_-]*").atMost(60),
            VALUE,
            false);

    static final Keys MATRIX = new Keys(
            "matrix",
            List.of(
                    Key.of(
                            "include",
                            new ListOf(COMBINATION),
                            "Combinations to add, or values to add to those that fit."),
                    Key.of("exclude", new ListOf(COMBINATION), "Combinations to leave out.")),
            new MapOf("axes", COMBINATION.key(), Either.of(ALL, new ListOf(VALUE)), false));

    private static final Scalar OUTCOME =
            Scalar.oneOf("failure", "timeout", "skipped", "error", "cancelled", "success");

    private static final Keys NEED = new Keys(
            "a need",
            List.of(
                    Key.of("task", NEED_NAME, "A task's name or glob."),
                    Key.of(
                            "matrix",
                            Either.of(
                                    Scalar.oneOf("all", "required"),
                                    new MapOf("a map of axes to values", COMBINATION.key(), VALUE.withMatrix(), false)),
                            "Which instances: all, required (those not allowed to fail), or those with these values."),
                    Key.of("optional", TRUTH, "Whether there may be no such instance."),
                    Key.of(
                            "accept",
                            Either.of(OUTCOME, new ListOf(OUTCOME)),
                            "Outcomes beside success that satisfy it."),
                    Key.of(
                            "generated-by",
                            TASK_NAME,
                            "Instead of 'task', one that generates tasks: it, and all that it generates.")),
            null);

    private static final Scalar BUDGET = Scalar.number("a whole number up to 100", Json.WHOLE, "[0-9]{1,2}|100");

    private static final Keys RETRY = new Keys(
            "retry",
            List.of(
                    Key.of("failure", BUDGET, "How often to try again after a failure; 0 by default."),
                    Key.of("timeout", BUDGET, "How often to try again after a timeout; 0 by default."),
                    Key.of(
                            "infra",
                            BUDGET,
                            "How often to try again after an error of the infrastructure; 3 by default.")),
            null);

    private static final Scalar GROUP =
            Scalar.text("a group's name").atMost(LONGEST_NAME).withMatrix();

    static final Shape CONCURRENCY = Either.of(
            GROUP,
            new Keys(
                    "concurrency",
                    List.of(
                            Key.required("group", GROUP, "The group's name within the project."),
                            Key.of(
                                    "max",
                                    Scalar.number("a whole number from 1 to 9999", Json.WHOLE, "[1-9][0-9]{0,3}"),
                                    "How many of the group go on at once; 1 by default."),
                            Key.of(
                                    "cancel-in-progress",
                                    TRUTH,
                                    "Whether a newcomer cancels those of the group that are there; false by default.")),
                    null));

    private static final MapOf EXIT_CODES = new MapOf(
            "a map of exit codes",
            Scalar.number("an exit code from 0 to 255", Json.WHOLE, "[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]"),
            new Keys(
                    "an exit code",
                    List.of(
                            Key.required(
                                    "outcome",
                                    Scalar.oneOf("success", "failure", "error", "timeout", "skipped"),
                                    "What it means."),
                            Key.of(
                                    "label",
                                    Scalar.text("a word")
                                            .matching("[A-Za-z0-9][A-Za-z0-9._-]*")
                                            .atMost(60),
                                    "A word for it on pages.")),
                    null),
            false);

    static final Shape ARTIFACT = Either.of(
            PATH,
            new Keys(
                    "an artifact",
                    List.of(
                            Key.required("path", PATH, "A path or glob."),
                            Key.of(
                                    "when",
                                    Scalar.oneOf("success", "always"),
                                    "Whether it is kept of a failed task too."),
                            Key.of("expires", DURATION, "How long it is kept after the attempt has ended: 12h, 30d.")),
                    null));

    static final Keys CACHE = new Keys(
            "a cache",
            List.of(
                    Key.required("path", Either.of(PATH, new ListOf(PATH)), "Files or directories."),
                    Key.of(
                            "key",
                            Scalar.text("a key").atMost(LONGEST_NAME).withMatrix(),
                            "Tells apart what must not be mixed; default by default."),
                    Key.of("when", Scalar.oneOf("success", "always"), "Whether it is kept of a failed task too.")),
            null);

    static final MapOf ARTIFACTS = new MapOf(
            "a map of names to paths",
            Scalar.text("an artifact's name (letters, digits and _+~@-)")
                    .matching("[A-Za-z0-9][A-Za-z0-9_+~@-]*")
                    .atMost(100),
            ARTIFACT,
            false);

    /** How one task names an artifact of another. */
    static final Scalar TASK_ARTIFACT =
            Scalar.text("task.artifact").matching("[A-Za-z0-9][A-Za-z0-9._/+~@:-]*\\.[A-Za-z0-9][A-Za-z0-9_+~@-]*");

    static final MapOf DOWNLOAD = new MapOf("a map of task.artifact to paths", TASK_ARTIFACT, PATH, false);

    private static final MapOf ENV = new MapOf(
            "a map of environment variables",
            Scalar.text("the name of a variable")
                    .matching("[A-Za-z_][A-Za-z0-9_]*")
                    .atMost(LONGEST_NAME),
            Scalar.text("a value").withMatrix().orEmpty(),
            false);

    private static final Scalar SIZE = Scalar.text("a size such as 500MB or 10GiB")
            .matching("0*[1-9][0-9]{0,11}(\\.[0-9]{1,3})?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)")
            .atMost(30)
            .withMatrix();

    static final Keys RESOURCES = new Keys(
            "resources",
            List.of(
                    Key.of(
                            "memory",
                            SIZE,
                            "Main memory that is reserved for it, and the most that its processes may use together: 2GiB."),
                    Key.of(
                            "disk",
                            SIZE,
                            "Disk space that is reserved for it, and the most that its workspace may take up: 20GiB."),
                    Key.of(
                            "cpus",
                            Scalar.number("a whole number from 1 to 9999", Json.WHOLE, "[1-9][0-9]{0,3}")
                                    .withMatrix(),
                            "How many processors are reserved for it: 4."),
                    Key.of("exclusive", TRUTH.withMatrix(), "Whether it has the machine to itself, across projects.")),
            null);

    private static final Keys CHECKOUT = new Keys(
            "a checkout",
            List.of(
                    Key.of(
                            "repository",
                            Scalar.text("a repository").withMatrix().atMost(LONGEST_REPOSITORY),
                            "The URL of a further repository, or its path from this one's top; without it, this one."),
                    Key.of(
                            "ref",
                            Scalar.text("a branch, tag or commit").withMatrix().atMost(LONGEST_NAME),
                            "Its branch, tag or commit; its default branch by default."),
                    Key.of("path", PATH, "Where it is checked out to; by default the last part of its name."),
                    Key.of(
                            "submodules",
                            Scalar.oneOf("true", "false", "recursive"),
                            "Whether its submodules are checked out too, and theirs."),
                    Key.of("lfs", TRUTH, "Whether files that Git LFS keeps elsewhere get their content.")),
            null);

    /** Keys of a task that stand under {@code defaults} as well. */
    private static final List<Key> SHARED = List.of(
            Key.of("runs-on", RUNS_ON, "The machine: a platform's name, a list of labels, or a map of constraints."),
            Key.of("shell", Scalar.text("a command").withMatrix(), "The program that runs the script; sh by default."),
            Key.of("env", ENV, "Environment variables."),
            Key.of("working-directory", PATH, "Where the script starts, relative to the directory of this file."),
            Key.of(
                    "checkout",
                    Either.of(TRUTH, CHECKOUT, new ListOf(Either.of(TRUTH, CHECKOUT))),
                    "What is checked out: true (the default) for the run's commit, false for nothing, or how, and what beside it."),
            Key.of("timeout", DURATION.withMatrix(), "How long the task may run: 90s, 60m, 6h."),
            Key.of("queue-timeout", DURATION.withMatrix(), "How long the task may wait for a worker."),
            Key.of("allow-failure", TRUTH.withMatrix(), "Whether the task may fail without failing the run."),
            Key.of("priority", Scalar.oneOf("high", "normal", "low").withMatrix(), "Which ready task goes first."),
            Key.of("retry", RETRY, "How often to try again."),
            Key.of("exit-codes", EXIT_CODES, "What exit codes other than 0 mean."),
            Key.later("image", "The container image to run in."),
            Key.later("services", "Containers to run beside it."),
            Key.later("secrets", "Secrets that it may read."),
            Key.of(
                    "cache",
                    Either.of(PATH, CACHE, new ListOf(Either.of(PATH, CACHE))),
                    "Files and directories that a worker keeps for later runs."),
            Key.of("tty", TRUTH.withMatrix(), "Whether it runs on a pseudo-terminal; false by default."),
            Key.of("resources", RESOURCES, "What it may use of the machine."),
            Key.of(
                    "start",
                    Scalar.oneOf("optimistic", "granted"),
                    "Whether it starts as soon as it is claimed, or only when the claim is known to have won."));

    static final Keys TASK = new Keys(
            "a task",
            join(
                    List.of(
                            Key.of("run", Scalar.text("a script").withMatrix(), "The script."),
                            Key.of(
                                    "extends",
                                    Scalar.text("a task's or template's name").atMost(LONGEST_NAME),
                                    "Another task, or a template that begins with x-, whose keys are the defaults here."),
                            Key.of("matrix", MATRIX, "Axes to lists of values: an instance for each combination."),
                            Key.of(
                                    "needs",
                                    Either.of(NEED_NAME, new ListOf(Either.of(NEED_NAME, NEED)), NEED),
                                    "The tasks that must end first: names, globs or maps."),
                            Key.of("from", TASK_NAME, "The task in whose tree this one starts; implies a need."),
                            Key.of(
                                    "if",
                                    Scalar.text("an expression").withMatrix(),
                                    "An expression; the task is skipped if it does not hold."),
                            Key.of("artifacts", ARTIFACTS, "What to keep: names to paths or globs."),
                            Key.of(
                                    "download",
                                    DOWNLOAD,
                                    "Artifacts to fetch: task.artifact to the path to unpack it at."),
                            Key.of(
                                    "generates",
                                    PATH,
                                    "A file that the script writes: a map of further tasks, which are added to the run."),
                            Key.of(
                                    "concurrency",
                                    CONCURRENCY,
                                    "A group of the project's tasks of which one runs at a time."),
                            Key.later("reports", "Test and coverage reports.")),
                    SHARED.toArray(Key[]::new)),
            null);

    static final Keys DEFAULTS = new Keys("defaults", SHARED, null);

    static final Scalar EVENT = Scalar.oneOf("push", "pull_request");

    private static final Scalar PATTERN = Scalar.text("a pattern").atMost(LONGEST_NAME);

    private static final Scalar PATH_PATTERN = Scalar.text("a pattern of paths").atMost(LONGEST_REPOSITORY);

    private static final Shape PATTERNS = Either.of(PATTERN, new ListOf(PATTERN));

    private static final Shape PATH_PATTERNS = Either.of(PATH_PATTERN, new ListOf(PATH_PATTERN));

    private static final Key[] PATHS = {
        Key.of("paths", PATH_PATTERNS, "The paths of which one must have changed."),
        Key.of("paths-ignore", PATH_PATTERNS, "The paths that start no run if nothing else has changed.")
    };

    private static final Keys PUSH = new Keys(
            "push",
            join(
                    List.of(
                            Key.of("branches", PATTERNS, "The branches that start runs."),
                            Key.of("branches-ignore", PATTERNS, "The branches that do not."),
                            Key.of("tags", PATTERNS, "The tags that start runs."),
                            Key.of("tags-ignore", PATTERNS, "The tags that do not.")),
                    PATHS),
            null);

    private static final Keys PULL_REQUEST = new Keys(
            "pull_request",
            join(
                    List.of(
                            Key.of("branches", PATTERNS, "The branches whose pull requests start runs."),
                            Key.of("branches-ignore", PATTERNS, "The branches whose pull requests do not.")),
                    PATHS),
            null);

    private static final Scalar SCHEDULED = Scalar.text("the name or glob of a task")
            .matching(String.valueOf(NEED_NAME.pattern()))
            .atMost(LONGEST_NAME);

    private static final Keys SCHEDULE = new Keys(
            "a schedule",
            List.of(
                    Key.required(
                            "cron",
                            Scalar.text("a schedule such as \"17 3 * * *\"").atMost(LONGEST_NAME),
                            "Minute, hour, day of the month, month and day of the week, or @daily and the like."),
                    Key.of(
                            "timezone",
                            Scalar.text("a time zone such as Europe/Berlin").atMost(LONGEST_NAME),
                            "Whose clocks are meant; UTC by default."),
                    Key.of(
                            "tasks",
                            Either.of(SCHEDULED, new ListOf(SCHEDULED)),
                            "Names or globs of tasks: these and what they need; all by default.")),
            null);

    static final ListOf SCHEDULES = new ListOf(SCHEDULE);

    private static final Keys TRIGGERS = new Keys(
            "on",
            List.of(
                    Key.of("push", new OrNothing(PUSH), "Pushes of branches and tags."),
                    Key.of("pull_request", new OrNothing(PULL_REQUEST), "Pull requests that are opened or pushed to."),
                    Key.of("schedule", SCHEDULES, "Times."),
                    Key.later("manual", "Inputs of runs that are started by hand.")),
            null);

    /** The whole file. */
    public static final Keys GRAPH = new Keys(
            "the graph",
            List.of(
                    Key.of("name", PROJECT_NAME, "The project; by default the repository's name."),
                    Key.of(
                            "on",
                            Either.of(EVENT, new ListOf(EVENT), TRIGGERS),
                            "What starts runs by itself; by default pushes of branches and pull requests."),
                    Key.of("defaults", DEFAULTS, "Keys for every task that does not have them."),
                    Key.of("concurrency", CONCURRENCY, "A group of the project's runs of which one goes on at a time."),
                    Key.of(
                            "platforms",
                            new MapOf("a map of platforms", PLATFORM_NAME, PLATFORM, true),
                            "Named requirements on machines."),
                    Key.required("tasks", new MapOf("a map of tasks", TASK_NAME, TASK, true), "The tasks by name.")),
            null);

    /** A file that a task generates. */
    static final Keys GENERATED = new Keys(
            "a file of generated tasks",
            List.of(Key.required("tasks", new MapOf("a map of tasks", TASK_NAME, TASK, true), "The tasks by name.")),
            null);

    private GraphKeys() {}

    /** Whether a message about one of its keys is clear without saying of which map. */
    static boolean isPlain(Keys keys) {
        return keys.name().equals(TASK.name())
                || keys.name().equals(DEFAULTS.name())
                || keys.name().equals(GRAPH.name());
    }

    /** Whether keys of other systems mean something else here than in tasks. */
    static boolean isOfTriggers(Keys keys) {
        return Stream.of(TRIGGERS, PUSH, PULL_REQUEST, SCHEDULE)
                .anyMatch(shape -> shape.name().equals(keys.name()));
    }

    private static List<Key> join(List<Key> first, Key... more) {
        return Stream.concat(first.stream(), Arrays.stream(more)).toList();
    }
}
