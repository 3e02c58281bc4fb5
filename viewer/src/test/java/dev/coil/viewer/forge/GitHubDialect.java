package dev.coil.viewer.forge;

import static dev.coil.viewer.forge.FakeForge.json;
import static dev.coil.viewer.forge.FakeForge.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.project.ForgeKind;
import dev.coil.viewer.forge.Call.Refused;
import dev.coil.viewer.forge.FakeForge.Comment;
import dev.coil.viewer.forge.FakeForge.Pull;
import dev.coil.viewer.forge.FakeForge.Status;
import java.util.List;
import java.util.Set;

/** GitHub, and Gitea where it took over the same paths. */
final class GitHubDialect implements Dialect {

    private final FakeForge forge;
    private final boolean isGitea;

    GitHubDialect(FakeForge forge, ForgeKind kind) {
        this.forge = forge;
        isGitea = kind == ForgeKind.GITEA;
    }

    @Override
    public String prefix() {
        return isGitea ? "/api/v1" : "/api/v3";
    }

    @Override
    public void checkHeaders(RequestHeaders headers) {
        var scheme = isGitea ? "token " : "Bearer ";
        if (!headers.get("Authorization", "").equals(scheme + FakeForge.TOKEN)) {
            throw new Refused(401, "Bad credentials");
        }
        if (!headers.get("Accept", "").equals(isGitea ? "application/json" : "application/vnd.github+json")) {
            throw new Refused(415, "Accept is " + headers.get("Accept"));
        }
        if (!isGitea && !headers.get("X-GitHub-Api-Version", "").equals("2022-11-28")) {
            throw new Refused(422, "no version of the API");
        }
        if (headers.get("User-Agent", "").isEmpty()) {
            throw new Refused(422, "no User-Agent");
        }
    }

    @Override
    public HttpResponse answer(Call call) {
        if (call.is("GET", "user")) {
            return forge.user("login");
        }
        if (call.segments().size() < 4
                || !String.join("/", call.segments().subList(0, 3)).equals("repos/" + FakeForge.PATH)) {
            throw new Refused(404, "Not Found");
        }
        if (call.is("POST", "repos", "*", "*", "statuses", "*")) {
            return setStatus(call);
        } else if (call.is("GET", "repos", "*", "*", "commits", "*", "pulls") && !isGitea) {
            return pullsOfCommit(call);
        } else if (call.is("GET", "repos", "*", "*", "pulls")) {
            return openPulls(call);
        } else if (call.is("GET", "repos", "*", "*", "pulls", "*", "commits")) {
            return commitsOfPull(call);
        } else if (call.is("GET", "repos", "*", "*", "issues", "*", "comments")) {
            return comments(call);
        } else if (call.is("POST", "repos", "*", "*", "issues", "*", "comments")) {
            call.onlyTexts("body");
            return json(201, comment(forge.add(call.number(4), call.text("body", 65_536))));
        } else if (call.is("PATCH", "repos", "*", "*", "issues", "comments", "*")) {
            call.onlyTexts("body");
            return json(200, comment(forge.edit(call.number(5), call.text("body", 65_536))));
        }
        throw new Refused(404, "Not Found");
    }

    private HttpResponse setStatus(Call call) {
        call.onlyQuery();
        call.onlyTexts("state", "target_url", "description", "context");
        var state = call.text("state", 20);
        if (!Set.of("error", "failure", "pending", "success").contains(state)) {
            throw new Refused(422, "state " + state);
        }
        var status = new Status(
                call.segments().get(4),
                call.text("context", 255),
                state,
                call.optional("description", isGitea ? 255 : 140),
                call.optional("target_url", 2_000));
        forge.accept(status);
        return json(
                201,
                object().put(isGitea ? "status" : "state", state)
                        .put("context", status.context())
                        .put("description", status.description()));
    }

    private HttpResponse pullsOfCommit(Call call) {
        call.onlyQuery("per_page", "page");
        var commit = call.segments().get(4);
        return forge.page(
                call,
                pulls(forge.pulls().stream()
                        .filter(pull -> !pull.fork() && pull.commits().contains(commit))
                        .toList()),
                "per_page");
    }

    private HttpResponse openPulls(Call call) {
        var size = isGitea ? "limit" : "per_page";
        call.onlyQuery("state", "sort", size, "page");
        boolean all = !call.query().getOrDefault("state", "open").equals("open");
        return forge.page(
                call,
                pulls(forge.pulls().stream().filter(pull -> all || pull.open()).toList()),
                size);
    }

    private HttpResponse commitsOfPull(Call call) {
        var size = isGitea ? "limit" : "per_page";
        call.onlyQuery(size, "page");
        return forge.page(
                call,
                forge.pull(call.number(4)).commits().stream()
                        .map(commit -> object().put("sha", commit))
                        .toList(),
                size);
    }

    private HttpResponse comments(Call call) {
        var all = forge.comments(call.number(4)).stream().map(this::comment).toList();
        if (isGitea) {
            call.onlyQuery("since", "before");
            return json(200, Codec.MAPPER.createArrayNode().addAll(all));
        }
        call.onlyQuery("per_page", "page", "since");
        return forge.page(call, all, "per_page");
    }

    private static List<JsonNode> pulls(List<Pull> pulls) {
        return pulls.stream().map(GitHubDialect::pull).toList();
    }

    private static JsonNode pull(Pull pull) {
        ObjectNode json = object().put("number", pull.number()).put("state", pull.open() ? "open" : "closed");
        json.putObject("head").put("sha", pull.head());
        return json;
    }

    private ObjectNode comment(Comment comment) {
        var json = object().put("id", comment.id()).put("body", comment.body());
        json.putObject("user").put("id", FakeForge.idOf(comment.user())).put("login", comment.user());
        return json;
    }
}
