package dev.coil.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "What a project is set up with, and what became of the last pushes.")
final class ProjectShowCommand extends Verb {

    private static final int SHORT = 8;
    private static final int TO_THE_SECOND = 19;

    @Parameters(index = "0", paramLabel = "PROJECT", description = "Its name.")
    private String project = "";

    ProjectShowCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var settings = node.project(project);
        if (settings == null) {
            throw CommandFailed.error(
                    "there is no project '" + project + "' that is set up: 'coil project ls' lists them");
        }
        if (json) {
            printJson(settings);
            return ExitCodes.OK;
        }
        print("repository  " + settings.path("repository").asText());
        var forge = settings.path("forge");
        print("forge       "
                + (forge.isObject()
                        ? forge.path("kind").asText() + " " + forge.path("path").asText() + " at "
                                + forge.path("api").asText()
                        : "none"));
        print("webhook     "
                + (settings.hasNonNull("webhook")
                        ? node.node() + settings.path("webhook").asText()
                        : "none"));
        print("token       " + (settings.path("hasToken").asBoolean() ? "set" : "none"));
        print("graph       " + settings.path("graph").asText());
        print("poll        " + poll(settings));
        print("forks       " + settings.path("forks").asText());
        var table = new Table("SEEN", "WHAT", "COMMIT", "BY", "STATE", "RUN", "CHANGE");
        for (var change : settings.path("changes")) {
            var at = change.path("at").asText();
            table.row(
                    at.substring(0, Math.min(TO_THE_SECOND, at.length())).replace('T', ' '),
                    what(change),
                    shortened(change.path("commit").asText()),
                    change.path("by").asText(),
                    change.path("state").asText(),
                    change.hasNonNull("run")
                            ? project + "#" + change.path("run").asInt()
                            : "",
                    change.path("id").asText());
            if (change.hasNonNull("reason")) {
                table.below("    " + change.path("reason").asText());
            }
        }
        print("");
        if (table.isEmpty()) {
            print("nothing was pushed yet");
        } else {
            table.lines().forEach(this::print);
        }
        return ExitCodes.OK;
    }

    static String poll(JsonNode settings) {
        long seconds = settings.path("pollSeconds").asLong();
        if (seconds == 0) {
            return "never";
        }
        return seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static String what(JsonNode change) {
        return change.hasNonNull("pullRequest")
                ? "pull request " + change.path("pullRequest").asInt()
                : change.path("ref").asText().replaceFirst("^refs/(heads|tags)/", "");
    }

    private static String shortened(String commit) {
        return commit.substring(0, Math.min(SHORT, commit.length()));
    }
}
