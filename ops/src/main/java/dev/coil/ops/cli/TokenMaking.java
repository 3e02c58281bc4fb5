package dev.coil.ops.cli;

import dev.coil.protocol.access.Role;
import dev.coil.worker.program.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Makes a token, and tells how it is used. */
final class TokenMaking {

    @Option(
            names = "--label",
            paramLabel = "L",
            description = "A label that the worker may have; as often as needed. It may have no others.")
    private Set<String> labels = new LinkedHashSet<>();

    @Option(
            names = "--fact",
            paramLabel = "K=V",
            description = {
                "A fact that the worker must have, such as arch=s390x; as often as needed.",
                "trust=WORD is given to it, for graphs to ask for (runs-on: {trust: WORD})."
            })
    private Map<String, String> facts = new LinkedHashMap<>();

    @Option(names = "--expires", paramLabel = "TIME", description = "For how long the token is good (default: 1d).")
    private String expires = "1d";

    @Option(
            names = "--key-expires",
            paramLabel = "TIME",
            description = "For how long the key is good that is made of it (default: until it is removed).")
    private @Nullable String keyExpires;

    /** Makes one, and prints it with what is to be done with it. */
    int make(Verb verb, World world, String role, @Nullable String name) {
        var node = Nodes.client(world);
        var answer = node.createToken(body(role, name));
        if (verb.json) {
            verb.printJson(answer);
            return ExitCodes.OK;
        }
        verb.print(answer.path("token").asText());
        verb.note("good once, until " + answer.path("expiresAt").asText() + "; who has it uses it so:");
        var url = world.variable("COIL_URL").isEmpty() ? "URL" : node.node().toString();
        uses(url, role, name).forEach(use -> world.err().println("    " + use));
        return ExitCodes.OK;
    }

    private Map<String, Object> body(String role, @Nullable String name) {
        var body = new LinkedHashMap<String, Object>();
        body.put("role", role);
        if (name != null) {
            body.put("name", name);
        }
        if (!facts.isEmpty()) {
            body.put("facts", facts);
        }
        if (!labels.isEmpty()) {
            body.put("labels", new ArrayList<>(labels));
        }
        try {
            body.put("expiresIn", Times.parse("--expires", expires).toSeconds());
            if (keyExpires != null) {
                body.put(
                        "keyExpiresIn", Times.parse("--key-expires", keyExpires).toSeconds());
            }
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage());
        }
        return body;
    }

    /** The token itself goes through the environment, where no other user of the machine sees it. */
    private List<String> uses(String url, String role, @Nullable String name) {
        if (!role.equals(Role.WORKER.text())) {
            return List.of("COIL_TOKEN=… coil login " + url);
        }
        var options = new StringBuilder(name == null ? "" : " --name " + name);
        labels.forEach(label -> options.append(" --label ").append(label));
        return List.of(
                "export COIL_TOKEN=…; curl -sSf " + url + "/worker.sh | sh -s -- --url " + url + options,
                "COIL_TOKEN=… coil worker run --url " + url + options);
    }
}
