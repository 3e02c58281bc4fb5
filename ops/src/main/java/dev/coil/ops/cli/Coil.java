package dev.coil.ops.cli;

import dev.coil.ops.bench.BenchCommand;
import dev.coil.ops.files.Temporary;
import dev.coil.protocol.graph.DidYouMean;
import dev.coil.worker.program.Authority;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The {@code coil} command. */
@Command(
        name = "coil",
        synopsisSubcommandLabel = "VERB",
        description = "Run the task graphs of commits on many kinds of machines.",
        commandListHeading = "%nVerbs:%n",
        footerHeading = "%n",
        footer = {
            "RUN is project#17, 17, latest, project#latest, or the beginning of an id.",
            "Verbs talk to the node at $COIL_URL, by default the local one, whose data lies in $COIL_HOME.",
            "'coil VERB --help' says more."
        })
public final class Coil {

    private static final int HELP_WIDTH = 110;
    private static final Map<String, Function<World, CommandLine>> VERBS = verbs();

    /** What others call it. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("ls", "list"),
            Map.entry("runs", "list"),
            Map.entry("ps", "list"),
            Map.entry("status", "show"),
            Map.entry("view", "show"),
            Map.entry("logs", "log"),
            Map.entry("rerun", "retry"),
            Map.entry("restart", "retry"),
            Map.entry("abort", "cancel"),
            Map.entry("kill", "cancel"),
            Map.entry("unpause", "resume"),
            Map.entry("drain", "worker drain"),
            Map.entry("validate", "lint"),
            Map.entry("check", "lint"),
            Map.entry("start", "up"),
            Map.entry("server", "up"),
            Map.entry("agent", "worker run"),
            Map.entry("tasks", "plan"));

    /** What may mean a node or a run. */
    private static final Set<String> ENDS = Set.of("stop", "down", "shutdown", "quit");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    private Coil() {}

    /** In the order of the help. */
    private static Map<String, Function<World, CommandLine>> verbs() {
        var verbs = new LinkedHashMap<String, Function<World, CommandLine>>();
        verbs.put("run", world -> new CommandLine(new RunCommand(world)));
        verbs.put("up", world -> new CommandLine(new UpCommand(world)));
        verbs.put("submit", world -> new CommandLine(new SubmitCommand(world)));
        verbs.put("list", world -> new CommandLine(new ListCommand(world)));
        verbs.put("show", world -> new CommandLine(new ShowCommand(world)));
        verbs.put("watch", world -> new CommandLine(new WatchCommand(world)));
        verbs.put("log", world -> new CommandLine(new LogCommand(world)));
        verbs.put("cancel", world -> new CommandLine(new CancelCommand(world)));
        verbs.put("retry", world -> new CommandLine(new RetryCommand(world)));
        verbs.put("pause", world -> new CommandLine(new PauseCommand(world)));
        verbs.put("resume", world -> new CommandLine(new ResumeCommand(world)));
        verbs.put("pauses", world -> new CommandLine(new PausesCommand(world)));
        verbs.put("why", world -> new CommandLine(new WhyCommand(world)));
        verbs.put("artifact", world -> new CommandLine(new ArtifactCommand())
                .addSubcommand(new ArtifactLsCommand(world))
                .addSubcommand(new ArtifactGetCommand(world)));
        verbs.put("workers", world -> new CommandLine(new WorkersCommand(world)));
        verbs.put("lint", world -> new CommandLine(new LintCommand(world)));
        verbs.put("plan", world -> new CommandLine(new PlanCommand(world)));
        verbs.put("init", world -> new CommandLine(new InitCommand(world)));
        verbs.put("import", world -> new CommandLine(new ImportCommand()).addSubcommand(new ImportSoilCommand(world)));
        verbs.put("worker", world -> new CommandLine(new WorkerCommand())
                .addSubcommand(new WorkerRunCommand(world))
                .addSubcommand("ls", new WorkersCommand(world))
                .addSubcommand(new WorkerShowCommand(world))
                .addSubcommand(new WorkerAddCommand(world))
                .addSubcommand(new WorkerDrainCommand(world))
                .addSubcommand(new WorkerQuarantineCommand(world))
                .addSubcommand(new WorkerResumeCommand(world))
                .addSubcommand(new WorkerRmCommand(world)));
        verbs.put("login", world -> new CommandLine(new LoginCommand(world)));
        verbs.put("token", world -> new CommandLine(new TokenCommand())
                .addSubcommand(new TokenCreateCommand(world))
                .addSubcommand(new AccessLsCommand(world, AccessLsCommand.Kind.TOKENS))
                .addSubcommand(new AccessRmCommand(world, AccessLsCommand.Kind.TOKENS)));
        verbs.put("key", world -> new CommandLine(new KeyCommand())
                .addSubcommand(new AccessLsCommand(world, AccessLsCommand.Kind.KEYS))
                .addSubcommand(new AccessRmCommand(world, AccessLsCommand.Kind.KEYS)));
        verbs.put("project", world -> new CommandLine(new ProjectCommand())
                .addSubcommand(new ProjectSetCommand(world))
                .addSubcommand(new ProjectLsCommand(world))
                .addSubcommand(new ProjectShowCommand(world))
                .addSubcommand(new ProjectApproveCommand(world))
                .addSubcommand(new ProjectRmCommand(world)));
        verbs.put("bench", world -> new CommandLine(new BenchCommand()));
        verbs.put("version", world -> new CommandLine(new VersionCommand(world)));
        verbs.put("completion", world -> new CommandLine(new CompletionCommand(world)));
        return verbs;
    }

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        var world = World.ofProcess();
        int code = trusts(world) ? execute(world, arguments) : ExitCodes.USAGE;
        world.out().flush();
        world.err().flush();
        world.interrupts().awaitFarewell();
        Temporary.closeAll();
        System.exit(code);
    }

    private static boolean trusts(World world) {
        try {
            Authority.trust(world.variable("COIL_CA"));
            return true;
        } catch (IllegalArgumentException e) {
            world.err().println("coil: " + e.getMessage());
            return false;
        }
    }

    /** Runs a command line. */
    static int execute(World world, String... given) {
        var arguments = normal(given);
        try {
            if (arguments.length == 0) {
                commandLine(world).usage(world.err());
                return ExitCodes.USAGE;
            }
            var verb = arguments[0];
            if (!verb.startsWith("-") && !VERBS.containsKey(verb)) {
                if (ENDS.contains(verb)) {
                    throw CommandFailed.usage(
                            "there is no verb '" + verb
                                    + "': a node ends with Ctrl-C in its terminal or 'kill PID', a run with 'coil cancel'; see 'coil --help'");
                }
                var meant = SYNONYMS.get(verb);
                var hint = meant == null ? DidYouMean.hint(verb, VERBS.keySet()) : "did you mean '" + meant + "'?";
                throw CommandFailed.usage(
                        "there is no verb '" + verb + "'" + (hint == null ? "" : ", " + hint) + "; see 'coil --help'");
            }
            // Looking at the annotations of all verbs takes longer than most of them.
            var commands = VERBS.containsKey(verb) ? commandLine(world, List.of(verb)) : commandLine(world);
            int code = commands.execute(arguments);
            if (world.out() instanceof StandardOutput out && out.failure() != null) {
                throw CommandFailed.error("cannot write the result to standard output: " + out.failure());
            }
            return world.interrupts().code() == 0 ? code : world.interrupts().code();
        } catch (Throwable e) {
            return Failures.report(world, e);
        } finally {
            world.out().flush();
        }
    }

    /** {@code coil --version} and {@code coil help VERB} as others have them. */
    private static String[] normal(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("--version")) {
            return new String[] {"version"};
        }
        if (arguments.length > 0 && arguments[0].equals("help")) {
            var words = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
            words[words.length - 1] = "--help";
            return words;
        }
        return arguments;
    }

    /** With all verbs. */
    static CommandLine commandLine(World world) {
        return commandLine(world, VERBS.keySet());
    }

    private static CommandLine commandLine(World world, Iterable<String> verbs) {
        var coil = new CommandLine(new Coil());
        for (var verb : verbs) {
            coil.addSubcommand(verb, VERBS.get(verb).apply(world));
        }
        return coil.setOut(new PrintWriter(world.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(world.err(), true, StandardCharsets.UTF_8))
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(30)
                .setOverwrittenOptionsAllowed(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        world.paints() ? CommandLine.Help.Ansi.AUTO : CommandLine.Help.Ansi.OFF))
                .setExecutionExceptionHandler((e, command, parsed) -> Failures.report(world, e))
                .setParameterExceptionHandler((e, unparsed) -> wrongUsage(world, e));
    }

    private static int wrongUsage(World world, ParameterException e) {
        var command = e.getCommandLine().getCommandSpec();
        var message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage");
        if (e instanceof CommandLine.MissingParameterException missing) {
            message = missing.getMissing().stream().map(Coil::shown).collect(Collectors.joining(" and "))
                    + (missing.getMissing().size() == 1 ? " is missing" : " are missing");
        }
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            message = unexpected(unmatched.getUnmatched().get(0), command);
        }
        world.err().println("coil: " + message + "; see '" + command.qualifiedName() + " --help'");
        return ExitCodes.USAGE;
    }

    /** An option without its value is named: its placeholder alone would say nothing. */
    private static String shown(CommandLine.Model.ArgSpec argument) {
        return argument instanceof CommandLine.Model.OptionSpec option
                ? option.longestName() + " " + option.paramLabel()
                : argument.paramLabel().equals("RUN") ? "RUN (such as latest)" : argument.paramLabel();
    }

    private static String unexpected(String argument, CommandLine.Model.CommandSpec command) {
        if (!argument.startsWith("-")) {
            var hint = command.name().equals("worker") && (argument.equals("list") || argument.equals("ls"))
                    ? "'coil workers' lists them"
                    : DidYouMean.hint(argument, command.subcommands().keySet());
            return command.subcommands().isEmpty()
                    ? "'" + argument + "' is one argument too many"
                    : "'" + argument + "' is not known here" + (hint == null ? "" : ", " + hint);
        }
        // One letter is like every other.
        var hint = argument.length() <= 2
                ? null
                : DidYouMean.hint(argument, command.optionsMap().keySet());
        return "there is no option '" + argument + "'" + (hint == null ? "" : ", " + hint);
    }
}
