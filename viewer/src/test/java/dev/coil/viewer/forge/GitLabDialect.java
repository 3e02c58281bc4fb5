package dev.coil.viewer.forge;

import static dev.coil.viewer.forge.FakeForge.json;
import static dev.coil.viewer.forge.FakeForge.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import dev.coil.viewer.forge.Call.Refused;
import dev.coil.viewer.forge.FakeForge.Comment;
import dev.coil.viewer.forge.FakeForge.Status;
import java.util.Map;

/** GitLab. */
final class GitLabDialect implements Dialect {

    private static final Map<String, String> EVENTS = Map.of(
            "pending", "enqueue", "running", "run", "success", "success", "failed", "drop", "canceled", "cancel");

    private final FakeForge forge;

    GitLabDialect(FakeForge forge) {
        this.forge = forge;
    }

    @Override
    public String prefix() {
        return "/api/v4";
    }

    @Override
    public void checkHeaders(RequestHeaders headers) {
        if (!headers.get("PRIVATE-TOKEN", "").equals(FakeForge.TOKEN)) {
            throw new Refused(401, "401 Unauthorized");
        }
        if (!headers.get("Accept", "").equals("application/json")) {
            throw new Refused(415, "Accept is " + headers.get("Accept"));
        }
    }

    @Override
    public HttpResponse answer(Call call) {
        if (call.is("GET", "user")) {
            return forge.user("username");
        }
        if (call.segments().size() < 4
                || !call.segments().get(0).equals("projects")
                || !call.segments().get(1).equals(FakeForge.PATH)) {
            throw new Refused(404, "404 Project Not Found");
        }
        if (call.is("POST", "projects", "*", "statuses", "*")) {
            return setStatus(call);
        } else if (call.is("GET", "projects", "*", "repository", "commits", "*", "merge_requests")) {
            return mergeRequests(call);
        } else if (call.is("GET", "projects", "*", "merge_requests", "*", "notes")) {
            call.onlyQuery("per_page", "page", "sort", "order_by");
            return forge.page(
                    call,
                    forge.comments(call.number(3)).stream()
                            .map(GitLabDialect::note)
                            .toList(),
                    "per_page");
        } else if (call.is("POST", "projects", "*", "merge_requests", "*", "notes")) {
            call.onlyTexts("body");
            return json(201, note(forge.add(call.number(3), call.text("body", 1_000_000))));
        } else if (call.is("PUT", "projects", "*", "merge_requests", "*", "notes", "*")) {
            call.onlyTexts("body");
            return json(200, note(forge.edit(call.number(5), call.text("body", 1_000_000))));
        }
        throw new Refused(404, "404 Not Found");
    }

    /** One that has come to an end is followed by a new one; one that has not goes on from where it is. */
    private HttpResponse setStatus(Call call) {
        call.onlyQuery();
        call.onlyTexts("state", "name", "target_url", "description");
        var state = call.text("state", 20);
        if (!EVENTS.containsKey(state)) {
            throw new Refused(422, "state does not have a valid value: " + state);
        }
        var status = new Status(
                call.segments().get(3),
                call.text("name", 255),
                state,
                call.optional("description", 255),
                call.optional("target_url", 255));
        var now = forge.status(status.commit(), status.context());
        var from = now == null ? "created" : now.state();
        if (from.equals(state) && (from.equals("pending") || from.equals("running"))
                || from.equals("running") && state.equals("pending")) {
            var event = EVENTS.get(state);
            throw new Refused(
                    400,
                    "Cannot transition status via :" + event + " from :" + from
                            + " (Reason(s): Status cannot transition via \"" + event + "\")");
        }
        forge.accept(status);
        return json(201, object().put("status", state).put("name", status.context()));
    }

    private HttpResponse mergeRequests(Call call) {
        call.onlyQuery("per_page", "page", "state");
        var commit = call.segments().get(4);
        return forge.page(
                call,
                forge.pulls().stream()
                        .filter(pull -> pull.commits().contains(commit))
                        .<JsonNode>map(pull -> object().put("iid", pull.number())
                                .put("state", pull.open() ? "opened" : "merged")
                                .put("sha", pull.head()))
                        .toList(),
                "per_page");
    }

    private static ObjectNode note(Comment comment) {
        var json = object().put("id", comment.id()).put("body", comment.body()).put("system", false);
        json.putObject("author").put("id", FakeForge.idOf(comment.user())).put("username", comment.user());
        return json;
    }
}
