package dev.coil.ops.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for fish, which picocli does not write: words, options and their descriptions, two levels deep. */
final class FishCompletion {

    private FishCompletion() {}

    static String script(CommandLine coil) {
        var script = new StringBuilder("complete -c coil -f\n");
        coil.getSubcommands().forEach((verb, command) -> {
            word(script, "__fish_use_subcommand", verb, command);
            var inVerb = "__fish_seen_subcommand_from " + verb;
            var words = command.getSubcommands();
            words.forEach((word, nested) -> {
                word(
                        script,
                        inVerb + "; and not __fish_seen_subcommand_from " + String.join(" ", words.keySet()),
                        word,
                        nested);
                options(script, inVerb + "; and __fish_seen_subcommand_from " + word, nested);
            });
            if (words.isEmpty()) {
                options(script, inVerb, command);
            }
        });
        return script.toString();
    }

    private static void word(StringBuilder script, String condition, String word, CommandLine command) {
        var description = command.getCommandSpec().usageMessage().description();
        script.append("complete -c coil -n '").append(condition).append("' -a ").append(word);
        describe(script, description);
    }

    private static void options(StringBuilder script, String condition, CommandLine command) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            script.append("complete -c coil -n '").append(condition).append('\'');
            for (var name : option.names()) {
                script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            if (option.arity().max() > 0) {
                script.append(
                        option.paramLabel().equals("FILE")
                                        || option.paramLabel().startsWith("D")
                                ? " -r -F"
                                : " -r");
            }
            describe(script, option.description());
        }
    }

    private static void describe(StringBuilder script, String[] description) {
        if (description.length > 0) {
            var text = description[0].replace("\\", "\\\\").replace("'", "\\'");
            script.append(" -d '").append(text).append('\'');
        }
        script.append('\n');
    }
}
