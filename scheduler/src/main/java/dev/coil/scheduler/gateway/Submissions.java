package dev.coil.scheduler.gateway;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.Problem;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.Plan;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import dev.coil.protocol.source.SourceKind;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.JsonPost;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.request.Rejections;
import dev.coil.scheduler.request.Requests;
import dev.coil.scheduler.source.ProjectName;
import dev.coil.scheduler.source.SourceStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/runs}: a graph becomes a run. */
final class Submissions {

    private static final int LIMIT_MEBIBYTES = 64;

    private final SourceStore sources;
    private final BlobStore blobs;
    private final GraphContexts contexts;
    private final Requests requests;
    private final Duration patience;
    private final RunIdLocks locks = new RunIdLocks();
    private final SecureRandom random = new SecureRandom();

    /** @param patience how long a submission waits for another one with its id */
    Submissions(SourceStore sources, BlobStore blobs, GraphContexts contexts, Requests requests, Duration patience) {
        this.sources = sources;
        this.blobs = blobs;
        this.contexts = contexts;
        this.requests = requests;
        this.patience = patience;
    }

    void register(ServerBuilder server) {
        JsonPost.register(
                server, "/api/v1/runs", SubmitRequest.class, LIMIT_MEBIBYTES, (ctx, request) -> submit(request));
    }

    /** The body of the 201. */
    private record Submitted(String project, int number, String id, int tasks, List<Problem> warnings) {}

    private HttpResponse submit(SubmitRequest body) {
        var request = body.validate(HexFormat.of().toHexDigits(random.nextLong()));
        var plan = plan(request);
        checkProject(plan.project());
        checkCommit(plan.project(), request.source().commit());
        checkInputs(plan, request.source());
        sources.share(plan.project());
        var tasks = contexts.keepFor(Staging.withoutLongScripts(plan.tasks(), blobs), request, plan.project());
        var staged = Staging.commands(plan.project(), request.id(), tasks);
        var submit = new Command.SubmitRun(
                UUID.randomUUID().toString(),
                plan.project(),
                request.id(),
                request.source(),
                tasks.size(),
                request.skipUnmatched(),
                request.submitter(),
                plan.concurrency());
        var advice = "whether the run was made is not known: submit again with \"id\": \"" + request.id()
                + "\", which cannot make a second one";
        var answer = locks.holding(request.id(), patience, () -> requests.ask(staged, submit, advice));
        Rejections.check(answer);
        return JsonAnswer.of(
                HttpStatus.CREATED,
                new Submitted(plan.project(), answer.run(), request.id(), tasks.size(), plan.warnings()));
    }

    private static Plan plan(SubmitRequest.Valid request) {
        var source = request.source();
        var context = new PlanContext(
                request.project(),
                source.event(),
                source.ref(),
                source.baseCommit(),
                request.select(),
                request.changedFiles());
        try {
            return Planner.plan(GraphParser.parse(request.file(), request.text()), context);
        } catch (GraphException e) {
            throw refused("the graph cannot be run: ", e);
        }
    }

    /** @param what goes before the first problem */
    static Refused refused(String what, GraphException e) {
        var first = e.problems().get(0);
        var others = e.problems().size() - 1;
        return new Refused(
                HttpStatus.BAD_REQUEST, what + first + (others == 0 ? "" : "; and " + others + " more"), e.problems());
    }

    private static void checkProject(String project) {
        if (project.isEmpty()) {
            throw Refused.badRequest("the graph belongs to no project: give it a 'name', or the request a 'project'");
        }
        ProjectName.check(project);
    }

    /** The commit of each further repository is settled here, so that all tasks and attempts see the same. */
    private void checkInputs(Plan plan, Source source) {
        source.inputs().stream().map(Source.Input::commit).distinct().forEach(id -> checkCommit(plan.project(), id));
        Checkouts.check(
                plan.tasks(), source, "send {\"repository\", \"ref\", \"commit\"} of it, as 'coil submit' does");
    }

    private void checkCommit(String project, @Nullable String commit) {
        if (commit != null && !sources.hasCommit(project, commit)) {
            throw Refused.badRequest("the node has no commit " + commit + " of " + project + ": push it to "
                    + SourceKind.of(commit, false).path(project) + " as refs/coil/commits/" + commit + " first");
        }
    }
}
