package dev.coil.viewer.forge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.protocol.codec.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the forges have in common: how one comment is kept, and how pull requests are put in order. */
abstract sealed class RestForge implements Forge permits GitHub, GitLab, Gitea {

    private static final Pattern MARKER = Pattern.compile("[A-Za-z0-9._/: -]*");

    /** Nobody's; an id is positive. */
    private static final long NOBODY = 0;

    final ForgeHttp http;
    private @Nullable Long ownUser;

    RestForge(ForgeHttp http) {
        this.http = http;
    }

    /** Where the comments of a pull request are. */
    abstract String comments(int pullRequest);

    /** Where one of them is. */
    abstract String comment(int pullRequest, long id);

    /** The method that edits a comment. */
    abstract String edits();

    /** What asks for large pages of comments; with its question mark, or empty. */
    abstract String pages();

    @Override
    public final void comment(int pullRequest, String marker, String body) throws ForgeFailure, InterruptedException {
        if (!MARKER.matcher(marker).matches() || marker.contains("--")) {
            throw new IllegalArgumentException("'" + marker + "' cannot be hidden in a comment");
        }
        var first = "<!-- " + marker + " -->";
        var text = first + "\n" + body;
        for (var mine : mine(pullRequest, first)) {
            if (isSame(mine.path("body").asText(), text) || edited(pullRequest, mine, text)) {
                return;
            }
        }
        http.send("POST", comments(pullRequest), object().put("body", text));
    }

    private List<JsonNode> mine(int pullRequest, String first) throws ForgeFailure, InterruptedException {
        long user = ownUser();
        var mine = new ArrayList<JsonNode>();
        for (var comment : http.list(comments(pullRequest) + pages())) {
            long author = comment.path(author()).path("id").asLong(NOBODY);
            if ((user == NOBODY || user == author)
                    && !comment.path("system").asBoolean()
                    && comment.path("body").asText().startsWith(first)) {
                mine.add(comment);
            }
        }
        return mine;
    }

    /** The field of a comment that says who wrote it. */
    abstract String author();

    /** Whether it could be; it may be somebody else's where it is not known who this is. */
    private boolean edited(int pullRequest, JsonNode comment, String text) throws ForgeFailure, InterruptedException {
        try {
            http.send(edits(), comment(pullRequest, comment.path("id").asLong()), object().put("body", text));
            return true;
        } catch (ForgeRefusal e) {
            if (ownUser() == NOBODY && (e.status() == 403 || e.status() == 404)) {
                return false;
            }
            throw e;
        }
    }

    /** Forges change the ends of lines, and what is blank at the end. */
    private static boolean isSame(String one, String other) {
        return one.replace("\r\n", "\n")
                .strip()
                .equals(other.replace("\r\n", "\n").strip());
    }

    /** The token of an app or a project may have no user that it could ask for. */
    private long ownUser() throws ForgeFailure, InterruptedException {
        if (ownUser == null) {
            try {
                ownUser = http.get("/user").path("id").asLong(NOBODY);
            } catch (ForgeRefusal e) {
                if (e.status() != 403 && e.status() != 404) {
                    throw e;
                }
                ownUser = NOBODY;
            }
        }
        return ownUser;
    }

    /** Those that are open, heads first, each once. */
    static List<PullRequest> ordered(List<PullRequest> all) {
        var ordered = new ArrayList<PullRequest>();
        all.stream().filter(PullRequest::isHead).distinct().forEach(ordered::add);
        all.stream().filter(one -> !one.isHead()).distinct().forEach(ordered::add);
        return List.copyOf(ordered);
    }

    static ObjectNode object() {
        return Codec.MAPPER.createObjectNode();
    }
}
