package dev.coil.scheduler.trigger;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.log.ProjectTable;
import dev.coil.protocol.project.ForgeKind;
import dev.coil.protocol.project.ForkPolicy;
import dev.coil.protocol.project.ProjectSettings;
import dev.coil.protocol.seal.Seal;
import dev.coil.scheduler.access.Caller;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.JsonPost;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.request.Journals;
import dev.coil.scheduler.source.ProjectName;
import dev.coil.scheduler.trigger.TriggerRecord.Result;
import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What projects are set up with, and what was pushed to them, over HTTP. Secrets are taken and never given. */
final class ProjectService {

    private static final int LIMIT_MEBIBYTES = 1;
    private static final int SHOWN = 20;
    private static final long SHORTEST_POLL = 10;
    private static final long LONGEST_POLL = 7 * 24 * 3_600;
    private static final int LONGEST_SECRET = 4_096;

    private final ProjectTable projects;
    private final TriggerState triggers;
    private final TriggerWriter writer;
    private final Seal seal;

    ProjectService(ProjectTable projects, TriggerState triggers, TriggerWriter writer, Seal seal) {
        this.projects = projects;
        this.triggers = triggers;
        this.writer = writer;
        this.seal = seal;
    }

    /** What is to change: what is {@code null} stays, what is empty goes. */
    private record SettingsBody(
            @Nullable String repository,
            @Nullable ForgeBody forge,
            @Nullable String graph,
            @Nullable Long pollSeconds,
            @Nullable String forks,
            @Nullable String webhookSecret,
            @Nullable String token) {}

    private record ForgeBody(
            @Nullable String kind,
            @Nullable String api,
            @Nullable String path) {}

    private record Empty() {}

    void register(ServerBuilder server) {
        JsonPost.register(
                server, "/api/v1/projects/{project}/settings", SettingsBody.class, LIMIT_MEBIBYTES, this::change);
        JsonPost.register(
                server,
                "/api/v1/projects/{project}/changes/{change}/approve",
                Empty.class,
                LIMIT_MEBIBYTES,
                (ctx, body) -> approve(ctx));
        server.route().get("/api/v1/projects").build(blocking(ctx -> list()));
        server.route().get("/api/v1/projects/{project}/settings").build(blocking(this::show));
        server.route().delete("/api/v1/projects/{project}/settings").build(blocking(this::remove));
    }

    private static HttpService blocking(Function<ServiceRequestContext, HttpResponse> service) {
        return (ctx, request) -> HttpResponse.of(
                () -> {
                    try {
                        return service.apply(ctx);
                    } catch (RuntimeException e) {
                        return JsonAnswer.failure(e);
                    }
                },
                ctx.blockingTaskExecutor());
    }

    private HttpResponse change(ServiceRequestContext ctx, SettingsBody body) {
        var project = ProjectName.check(String.valueOf(ctx.pathParam("project")));
        var before = projects.settings(project).orElse(null);
        var repository = body.repository() != null ? body.repository() : before == null ? "" : before.repository();
        if (!isRepository(repository)) {
            throw Refused.badRequest(
                    "field 'repository': expected what git can fetch, such as"
                            + " https://github.com/me/mylang, ssh://git@host/mylang.git or the path of a repository on the node");
        }
        if (repository.matches("https?://[^/]*@.*")) {
            throw Refused.badRequest(
                    "field 'repository': leave the user and password out, and give a token, which is sealed");
        }
        var after = new ProjectSettings(
                repository,
                body.forge() == null ? (before == null ? null : before.forge()) : forge(body.forge()),
                graph(body.graph(), before),
                poll(body.pollSeconds(), before),
                forks(body.forks(), before),
                sealed(
                        "webhookSecret",
                        body.webhookSecret(),
                        before == null ? null : before.webhookSecret(),
                        ProjectSettings.secretPlace(project)),
                sealed(
                        "token",
                        body.token(),
                        before == null ? null : before.token(),
                        ProjectSettings.tokenPlace(project)));
        if (after.webhookSecret() != null && after.forge() == null) {
            throw Refused.badRequest("field 'webhookSecret' wants a 'forge': each signs its deliveries in its own way");
        }
        Journals.write(projects.journal(), project, after);
        if (before != null && !before.repository().equals(after.repository())) {
            triggers.keysOfRepository(project).forEach(writer::remove);
        }
        return JsonAnswer.of(HttpStatus.OK, described(project, after));
    }

    /** Neither an option of git's, nor a transport that starts programs. */
    private static boolean isRepository(String text) {
        return text.length() <= LONGEST_SECRET
                && text.matches("(https?|ssh|git|file)://[^-\\s\\x00-\\x1f]+|/[^\\x00-\\x1f]+"
                        + "|[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^\\s\\x00-\\x1f]+");
    }

    private static ProjectSettings.@Nullable Forge forge(ForgeBody body) {
        if (body.kind() == null || body.kind().isEmpty()) {
            return null;
        }
        var kind = ForgeKind.of(body.kind())
                .orElseThrow(() -> Refused.badRequest(
                        "field 'forge.kind': '" + body.kind() + "': expected github, gitlab or gitea"));
        var path = Objects.requireNonNullElse(body.path(), "");
        if (!path.matches("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+")) {
            throw Refused.badRequest("field 'forge.path': '" + path + "': expected owner/name");
        }
        try {
            var api = URI.create(Objects.requireNonNullElse(body.api(), "").replaceAll("/+$", ""));
            if (api.getHost() != null && String.valueOf(api.getScheme()).matches("https?")) {
                return new ProjectSettings.Forge(kind, api, path);
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw Refused.badRequest(
                "field 'forge.api': '" + body.api() + "': expected a URL, such as https://api.github.com");
    }

    private static String graph(@Nullable String given, @Nullable ProjectSettings before) {
        if (given == null) {
            return before == null ? ProjectSettings.GRAPH : before.graph();
        }
        if (given.isEmpty()) {
            return ProjectSettings.GRAPH;
        }
        if (!given.matches("[^/\\x00-\\x1f][^\\x00-\\x1f]{0,500}") || ("/" + given + "/").contains("/../")) {
            throw Refused.badRequest("field 'graph': '" + given + "': expected a path from the repository's top");
        }
        return given;
    }

    private static long poll(@Nullable Long given, @Nullable ProjectSettings before) {
        if (given == null) {
            return before == null ? 0 : before.pollSeconds();
        }
        if (given != 0 && (given < SHORTEST_POLL || given > LONGEST_POLL)) {
            throw Refused.badRequest("field 'pollSeconds' is " + given + ": expected 0 for never, or " + SHORTEST_POLL
                    + " to " + LONGEST_POLL);
        }
        return given;
    }

    private static ForkPolicy forks(@Nullable String given, @Nullable ProjectSettings before) {
        if (given == null) {
            return before == null ? ForkPolicy.NEVER : before.forks();
        }
        return ForkPolicy.of(given)
                .orElseThrow(
                        () -> Refused.badRequest("field 'forks': '" + given + "': expected never, approve or always"));
    }

    private @Nullable String sealed(String field, @Nullable String given, @Nullable String before, String place) {
        if (given == null) {
            return before;
        }
        if (given.isEmpty()) {
            return null;
        }
        if (given.length() > LONGEST_SECRET || !given.matches("[\\x21-\\x7e]+")) {
            throw Refused.badRequest("field '" + field + "': expected at most " + LONGEST_SECRET
                    + " letters, digits and signs without white space");
        }
        return seal.seal(place, given);
    }

    private static Map<String, Object> described(String project, ProjectSettings settings) {
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("project", project);
        answer.put("repository", settings.repository().replaceAll("(\\w://)[^/@\\s]*@", "$1"));
        answer.put("forge", settings.forge());
        answer.put("graph", settings.graph());
        answer.put("pollSeconds", settings.pollSeconds());
        answer.put("forks", settings.forks());
        answer.put("webhook", settings.webhookSecret() == null ? null : "/hooks/" + project);
        answer.put("hasToken", settings.token() != null);
        return answer;
    }

    private HttpResponse list() {
        return JsonAnswer.of(
                HttpStatus.OK,
                Map.of(
                        "projects",
                        projects.all().entrySet().stream()
                                .map(entry -> described(entry.getKey(), entry.getValue()))
                                .toList()));
    }

    private HttpResponse show(ServiceRequestContext ctx) {
        var project = String.valueOf(ctx.pathParam("project"));
        var answer = described(project, require(project));
        answer.put(
                "changes",
                triggers.latest(project, SHOWN).stream()
                        .map(ProjectService::described)
                        .toList());
        return JsonAnswer.of(HttpStatus.OK, answer);
    }

    private static Map<String, @Nullable Object> described(Seen seen) {
        var change = seen.change();
        var result = seen.result();
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("id", seen.id());
        answer.put("at", Instant.ofEpochMilli(seen.at()).toString());
        answer.put("event", change.event());
        answer.put("ref", change.ref());
        answer.put("commit", change.commit());
        answer.put("pullRequest", change.pullRequest() == 0 ? null : change.pullRequest());
        answer.put("fork", change.fork());
        answer.put("by", change.by());
        answer.put("state", result == null ? "pending" : result.kind().text());
        answer.put("run", result == null || result.run() == 0 ? null : result.run());
        answer.put("reason", result == null || result.reason().isEmpty() ? null : result.reason());
        return answer;
    }

    private ProjectSettings require(String project) {
        return projects.settings(project)
                .orElseThrow(() -> new Refused(
                        HttpStatus.NOT_FOUND,
                        "there is no project '" + project + "' that is set up: 'coil project set' does that"));
    }

    private HttpResponse remove(ServiceRequestContext ctx) {
        var project = String.valueOf(ctx.pathParam("project"));
        require(project);
        Journals.write(projects.journal(), project, null);
        triggers.keysOfRepository(project).forEach(writer::remove);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    /** Of the very commit that the change is of: a later push is another change. */
    private HttpResponse approve(ServiceRequestContext ctx) {
        var project = String.valueOf(ctx.pathParam("project"));
        var id = String.valueOf(ctx.pathParam("change"));
        var seen = triggers.change(project, id)
                .orElseThrow(() -> new Refused(
                        HttpStatus.NOT_FOUND,
                        "there is no change '" + id + "' of " + project + "; 'coil project show " + project
                                + "' lists them"));
        if (seen.result() == null || seen.result().kind() != Result.Kind.HELD) {
            throw new Refused(HttpStatus.CONFLICT, "change '" + id + "' waits for nobody's approval");
        }
        writer.write(seen.approved(Caller.name(ctx, "somebody")));
        return JsonAnswer.of(
                HttpStatus.OK, Map.of("change", id, "commit", seen.change().commit()));
    }
}
