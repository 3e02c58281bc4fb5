package dev.coil.scheduler.gateway;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.command.Command;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.JsonPost;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.request.Rejections;
import dev.coil.scheduler.request.Requests;
import dev.coil.scheduler.source.ProjectName;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/projects/{project}/runs/{number}/cancel} and {@code …/retry}, and {@code …/{project}/cancel} for all runs of a ref. */
final class RunOrders {

    static final String RUN = "/api/v1/projects/{project}/runs/{number}";
    private static final int LIMIT_MEBIBYTES = 1;
    private static final String ADVICE =
            "whether it was carried out is not known: look at the run, and ask again if it was not";

    private final Requests requests;

    RunOrders(Requests requests) {
        this.requests = requests;
    }

    /** The body of a cancel; {@code task} is an index, {@code null} for the whole run. */
    record CancelRequest(@Nullable Integer task, @Nullable String reason) {}

    /**
     * The body of a retry.
     *
     * @param task an index; {@code null} for all that did not succeed
     * @param dependents with a task, whether all that depends on it runs again too
     */
    record RetryRequest(@Nullable Integer task, boolean dependents) {}

    /** The body of a cancel of all runs of a ref. */
    record CancelRefRequest(@Nullable String ref, @Nullable String reason) {}

    /** The body of its answer: the runs that had not finished. */
    private record Cancelled(String project, List<Integer> runs) {}

    void register(ServerBuilder server) {
        JsonPost.register(
                server, "/api/v1/projects/{project}/cancel", CancelRefRequest.class, LIMIT_MEBIBYTES, this::cancelRef);
        JsonPost.register(server, RUN + "/cancel", CancelRequest.class, LIMIT_MEBIBYTES, this::cancel);
        JsonPost.register(server, RUN + "/retry", RetryRequest.class, LIMIT_MEBIBYTES, this::retry);
    }

    private HttpResponse cancel(ServiceRequestContext ctx, CancelRequest body) {
        return order(new Command.CancelRun(
                requestId(), project(ctx), number(ctx), checked(body.task()), reason(body.reason())));
    }

    private static String reason(@Nullable String given) {
        return given == null || given.isBlank() ? "cancelled on request" : Texts.check("reason", given);
    }

    private HttpResponse cancelRef(ServiceRequestContext ctx, CancelRefRequest body) {
        var ref = body.ref();
        if (ref == null || ref.isBlank()) {
            throw Refused.badRequest("field 'ref' is missing: a branch or tag, or its full name (refs/heads/main)");
        }
        var project = project(ctx);
        var answer = requests.ask(
                List.of(),
                new Command.CancelRef(requestId(), project, Texts.check("ref", ref), reason(body.reason())),
                ADVICE);
        Rejections.check(answer);
        return JsonAnswer.of(HttpStatus.ACCEPTED, new Cancelled(project, answer.runs()));
    }

    private HttpResponse retry(ServiceRequestContext ctx, RetryRequest body) {
        return order(
                new Command.RetryRun(requestId(), project(ctx), number(ctx), checked(body.task()), dependents(body)));
    }

    private static boolean dependents(RetryRequest body) {
        if (body.dependents() && body.task() == null) {
            throw Refused.badRequest(
                    "field 'dependents' goes with 'task': without one, all that did not succeed runs again");
        }
        return body.dependents();
    }

    private HttpResponse order(Command.Request order) {
        Rejections.check(requests.ask(List.of(), order, ADVICE));
        return JsonAnswer.of(HttpStatus.ACCEPTED, Map.of());
    }

    private static String requestId() {
        return UUID.randomUUID().toString();
    }

    static String project(ServiceRequestContext ctx) {
        return ProjectName.check(String.valueOf(ctx.pathParam("project")));
    }

    static int number(ServiceRequestContext ctx) {
        var text = String.valueOf(ctx.pathParam("number"));
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw Refused.badRequest("'" + text + "' is not a run's number: expected 1, 2, 3, …");
        }
        return Integer.parseInt(text);
    }

    static int task(ServiceRequestContext ctx) {
        var text = String.valueOf(ctx.pathParam("task"));
        if (!text.matches("[0-9]{1,9}")) {
            throw Refused.badRequest("'" + text + "' is not a task's index: expected 0, 1, 2, …");
        }
        return Integer.parseInt(text);
    }

    private static @Nullable Integer checked(@Nullable Integer task) {
        if (task != null && task < 0) {
            throw Refused.badRequest("field 'task' is " + task + "; a task's index is at least 0");
        }
        return task;
    }
}
