package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.ops.client.NodeClient;
import dev.coil.worker.program.Reason;
import dev.coil.worker.program.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "set",
        description = {
            "Set up a project, or change what is given here and leave the rest.",
            "With a forge, what was pushed is delivered by its webhook; without, --poll asks the repository."
        })
final class ProjectSetCommand extends Verb {

    private static final int SECRET_BYTES = 24;
    private static final int LONGEST_SECRET = 1 << 16;

    @Parameters(index = "0", paramLabel = "PROJECT", description = "Its name.")
    private String project = "";

    @Option(
            names = "--repository",
            paramLabel = "URL",
            description = "What the node's git fetches: a URL, or a path on the node.")
    private @Nullable String repository;

    @Option(
            names = "--forge",
            paramLabel = "KIND",
            description = {
                "github, gitlab or gitea (Forgejo as well), or none.",
                "Default: by the host of the repository, if it is a well-known one."
            })
    private @Nullable String forge;

    @Option(
            names = "--forge-api",
            paramLabel = "URL",
            description = "The forge's REST API (default: by the repository's host).")
    private @Nullable String api;

    @Option(
            names = "--forge-path",
            paramLabel = "OWNER/NAME",
            description = "The repository at the forge (default: by its URL).")
    private @Nullable String path;

    @Option(names = "--graph", paramLabel = "FILE", description = "The graph file's path in it (default: .coil.yml).")
    private @Nullable String graph;

    @Option(
            names = "--poll",
            paramLabel = "TIME",
            description = "How often to ask the repository what is new, from 10s; never (the default) for not at all.")
    private @Nullable String poll;

    @Option(
            names = "--forks",
            paramLabel = "POLICY",
            description = {
                "What pull requests from other repositories start: never a run (the default), always one,",
                "or one when 'coil project approve' says so (approve)."
            })
    private @Nullable String forks;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with the token for the repository and the forge; - for standard input.")
    private @Nullable String tokenFile;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "A file with the webhook's secret (default: a new one, which is printed).")
    private @Nullable String secretFile;

    ProjectSetCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var before = node.project(project);
        var body = new LinkedHashMap<String, Object>();
        put(body, "repository", repository);
        put(body, "graph", graph);
        put(body, "forks", forks);
        if (poll != null) {
            body.put("pollSeconds", seconds(poll));
        }
        var place = place(before);
        if (place != null) {
            body.put("forge", place.body());
        }
        put(body, "token", tokenFile == null ? null : secret("--token-file", tokenFile));
        var given = secretFile == null ? null : secret("--secret-file", secretFile);
        boolean delivers = place != null ? !place.kind().isEmpty() : isThere(before, "forge");
        var fresh = given == null && delivers && !isThere(before, "webhook") ? newSecret() : null;
        put(body, "webhookSecret", fresh == null ? given : fresh);
        if (place != null && place.kind().isEmpty()) {
            body.put("webhookSecret", "");
        }
        return tell(node, node.setProject(project, body), fresh);
    }

    private Integer tell(NodeClient node, JsonNode settings, @Nullable String fresh) {
        if (json) {
            printJson(fresh == null ? settings : ((ObjectNode) settings).put("webhookSecret", fresh));
            return ExitCodes.OK;
        }
        print(project);
        if (fresh != null) {
            note("let the forge deliver pushes and pull requests, as application/json, to " + node.node()
                    + settings.path("webhook").asText() + " with this secret, which is shown once:");
            world.err().println("    " + fresh);
        }
        if (settings.path("webhook").isNull() && settings.path("pollSeconds").asLong() == 0) {
            warn("nothing starts runs of it: give it a --forge, or have it asked with --poll");
        }
        return ExitCodes.OK;
    }

    private static boolean isThere(@Nullable JsonNode settings, String field) {
        return settings != null && settings.hasNonNull(field);
    }

    private static void put(Map<String, Object> body, String field, @Nullable String value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    private static long seconds(String time) {
        try {
            return time.equals("never") ? 0 : Times.parse("--poll", time).toSeconds();
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage() + ", or never");
        }
    }

    /** Where the project is at its forge, as far as options say it or the repository's URL tells; {@code null} to leave it as it is. */
    private @Nullable ForgePlace place(@Nullable JsonNode before) {
        if (forge == null && api == null && path == null && repository == null) {
            return null;
        }
        var known = isThere(before, "forge") ? before.path("forge") : null;
        var start = repository == null && known != null
                ? ForgePlace.of(known)
                : ForgePlace.of(
                        url(before),
                        forge != null
                                ? forge
                                : known == null ? "" : known.path("kind").asText());
        return start == null && forge == null && api == null && path == null
                ? null
                : (start == null ? ForgePlace.NONE : start).with(forge, api, path);
    }

    private String url(@Nullable JsonNode before) {
        return repository != null
                ? repository
                : before == null ? "" : before.path("repository").asText();
    }

    private String secret(String option, String file) {
        try {
            var bytes = file.equals("-")
                    ? world.in().readNBytes(LONGEST_SECRET)
                    : Files.readAllBytes(world.directory().resolve(file));
            var text = new String(bytes, UTF_8).strip();
            if (text.isEmpty()) {
                throw CommandFailed.usage(option + ": there is nothing in " + file);
            }
            return text;
        } catch (IOException e) {
            throw CommandFailed.usage(option + ": cannot read " + file + ": " + Reason.of(e));
        }
    }

    private static String newSecret() {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
