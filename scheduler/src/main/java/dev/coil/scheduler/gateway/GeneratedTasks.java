package dev.coil.scheduler.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.Plan;
import dev.coil.protocol.graph.plan.Planner;
import dev.coil.protocol.graph.plan.Scope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.dispatch.GeneratedFiles;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.JsonPost;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.request.Rejections;
import dev.coil.scheduler.request.Requests;
import java.io.IOException;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/projects/{project}/runs/{number}/tasks/{task}/generated}: a worker hands in the file of further tasks that its
 * task wrote. They are planned as a graph is, and staged under the worker's claim; they become tasks of the run with the result that
 * names them.
 */
final class GeneratedTasks implements GeneratedFiles {

    private static final int LIMIT_MEBIBYTES = 64;
    private static final String ADVICE = "send the file again: what has been staged of it is not staged twice";

    private final GraphContexts contexts;
    private final BlobStore blobs;
    private final Requests requests;

    GeneratedTasks(GraphContexts contexts, BlobStore blobs, Requests requests) {
        this.contexts = contexts;
        this.blobs = blobs;
        this.requests = requests;
    }

    void register(ServerBuilder server) {
        JsonPost.register(
                server, RunOrders.RUN + "/tasks/{task}/generated", Handover.class, LIMIT_MEBIBYTES, this::stage);
    }

    /**
     * The body.
     *
     * @param name the generator's
     * @param generates as the tuple has it
     * @param text of the file
     */
    record Handover(
            int attempt,
            @Nullable ClaimId claim,
            @Nullable String name,
            Action.@Nullable Generates generates,
            @Nullable String text) {}

    private HttpResponse stage(ServiceRequestContext ctx, Handover body) {
        var claim = body.claim();
        var name = body.name();
        var generates = body.generates();
        var text = body.text();
        if (claim == null || name == null || text == null || generates == null) {
            throw Refused.badRequest(
                    "expected the fields attempt, claim, name, generates and text, all of them as the task's tuple has them");
        }
        var task = new TaskRef(RunOrders.project(ctx), RunOrders.number(ctx), RunOrders.task(ctx));
        return JsonAnswer.of(HttpStatus.OK, stage(task, body.attempt(), claim, name, generates, text));
    }

    @Override
    public Staged stage(
            TaskRef task, int attempt, ClaimId claim, String name, Action.Generates generates, String text) {
        var kept = generates.context();
        if (kept == null || !BlobStore.isDigest(kept)) {
            throw Refused.badRequest("field 'generates.context': '" + kept + "' is not a SHA-256");
        }
        var context = contexts.load(kept);
        var plan = plan(context, generates, name, text);
        Checkouts.check(plan.tasks(), context.source(), "only what the graph's own tasks check out is known");
        var tasks = GraphContexts.naming(kept, Staging.withoutLongScripts(plan.tasks(), blobs));
        var sha256 = keep(text);
        var parts = Staging.parts(tasks);
        var staged = IntStream.range(0, parts.size())
                .mapToObj(part -> new Command.StageGenerated(
                        task.project(), task.run(), task.task(), attempt, claim, sha256, part, parts.get(part)))
                .toList();
        var seal = new Command.SealGenerated(
                UUID.randomUUID().toString(),
                task.project(),
                task.run(),
                task.task(),
                attempt,
                claim,
                sha256,
                tasks.size());
        var answer = requests.ask(staged, seal, ADVICE);
        Rejections.check(answer, generates.file() + ": ");
        return new Staged(tasks.size(), sha256, plan.warnings());
    }

    /** People may want to see later what there was. */
    private String keep(String text) {
        try {
            return blobs.put(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw Refused.unavailable("the node cannot keep the file: " + e.getMessage());
        }
    }

    private Plan plan(GraphContext context, Action.Generates generates, String name, String text) {
        try {
            var file = GraphParser.parseGenerated(generates.file(), text, context.file(), contexts.graph(context));
            return Planner.plan(file, context.plan(), Scope.under(name, generates.depth()));
        } catch (GraphException e) {
            throw Submissions.refused("", e);
        }
    }
}
