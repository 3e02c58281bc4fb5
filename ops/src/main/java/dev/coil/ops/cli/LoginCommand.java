package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.protocol.access.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "login",
        description = {
            "Make a key for a node of a token, and keep it: verbs with that $COIL_URL show it from then on.",
            "A key that there is already is taken as well. Without $COIL_TOKEN, it is read from standard input.",
            "In a browser, the key lets in as well: 'coil login URL --show' prints it."
        })
final class LoginCommand extends Verb {

    @Parameters(index = "0", paramLabel = "URL", arity = "0..1", description = "The node (default: $COIL_URL).")
    private @Nullable String url;

    @Option(names = "--name", paramLabel = "N", description = "Your name, for others (default: the user's).")
    private @Nullable String name;

    @Option(names = "--show", description = "Print the key that is kept for the node, and do nothing else.")
    private boolean show;

    LoginCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var given = url == null ? world.variable("COIL_URL") : url;
        if (given.isEmpty()) {
            throw CommandFailed.usage("which node? 'coil login https://ci.example.org', or set $COIL_URL");
        }
        var node = Nodes.parse(url == null ? "$COIL_URL" : "URL", given);
        var keys = new Keys(world);
        if (show) {
            var key = keys.of(node);
            if (key == null) {
                throw CommandFailed.usage(
                        "no key is kept for " + node + ": 'coil login " + node + "' makes one of a token");
            }
            print(key);
            return ExitCodes.OK;
        }
        var secret = secret();
        String key;
        if (Secret.isKey(secret)) {
            key = secret;
        } else {
            key = Secret.newKey().text();
            new NodeClient(node).enrol(secret, key, name == null ? user() : name);
        }
        var me = new NodeClient(node, key).me();
        keys.keep(node, key);
        if (json) {
            printJson(me);
        } else {
            note("you are " + me.path("name").asText() + " with the role "
                    + me.path("role").asText() + " at " + node + "; the key is in " + keys.file());
        }
        return ExitCodes.OK;
    }

    private String secret() {
        var secret = world.variable("COIL_TOKEN");
        if (secret.isEmpty()) {
            if (world.terminal()) {
                note("paste the token (or a key), and press Enter");
            }
            secret = line();
        }
        secret = secret.strip();
        if (!Secret.isToken(secret) && !Secret.isKey(secret)) {
            throw CommandFailed.usage("that is neither a token nor a key: expected coil_token_ or coil_key_ and 64 of"
                    + " 0-9a-f, as 'coil token create' prints it");
        }
        return secret;
    }

    private String line() {
        try {
            var line = new BufferedReader(new InputStreamReader(world.in(), StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw CommandFailed.error("cannot read standard input: " + e.getMessage());
        }
    }

    private static String user() {
        var user = System.getProperty("user.name", "somebody").replaceAll("[^A-Za-z0-9._@:-]", "-");
        return user.isEmpty() ? "somebody" : user;
    }
}
