package dev.coil.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(name = "ls", description = "List them.")
final class AccessLsCommand extends Verb {

    /** What there is two of. */
    enum Kind {
        TOKENS,
        KEYS;

        String path() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Kind kind;

    AccessLsCommand(World world, Kind kind) {
        super(world);
        this.kind = kind;
    }

    @Override
    public Integer call() {
        var answer = Nodes.client(world).access(kind.path());
        if (json) {
            printJson(answer);
            return ExitCodes.OK;
        }
        var table = new Table("ID", "ROLE", "NAME", "SINCE", "EXPIRES", "WHAT");
        for (var one : answer.path(kind.path())) {
            table.row(
                    one.path("id").asText(),
                    one.path("role").asText(),
                    one.path("name").asText(),
                    minute(one.path("since").asText()),
                    minute(one.path("expiresAt").asText()),
                    what(one));
        }
        if (table.isEmpty()) {
            note(kind == Kind.TOKENS ? "no token waits to be used; 'coil token create' makes one" : "nobody has a key");
        } else {
            table.lines().forEach(this::print);
        }
        return ExitCodes.OK;
    }

    private static String minute(String time) {
        return time.length() < 16 ? time : time.substring(0, 16).replace('T', ' ');
    }

    private static String what(JsonNode one) {
        var words = new ArrayList<String>();
        for (var name : new String[] {"os", "arch", "trust"}) {
            var fact = one.path("facts").path(name).asText();
            if (!fact.isEmpty()) {
                words.add(name.equals("trust") ? "trust=" + fact : fact);
            }
        }
        one.path("labels").forEach(label -> words.add(label.asText()));
        return String.join(" ", words);
    }
}
