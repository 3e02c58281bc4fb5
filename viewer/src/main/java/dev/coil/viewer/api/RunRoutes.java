package dev.coil.viewer.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.log.LogClock;
import dev.coil.viewer.json.PauseJson;
import dev.coil.viewer.json.RunJson;
import dev.coil.viewer.json.TaskJson;
import dev.coil.viewer.json.WhyJson;
import dev.coil.viewer.json.WorkerJson;
import dev.coil.viewer.live.OverviewFeed;
import dev.coil.viewer.live.RunDocument;
import dev.coil.viewer.live.RunFeed;
import dev.coil.viewer.live.Sse;
import dev.coil.viewer.live.Streams;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.why.Why;
import java.util.Collection;

/** Runs, tasks, workers and pauses, once and live. */
final class RunRoutes {

    private static final int DEFAULT_LIMIT = 50;
    private static final int HIGHEST_LIMIT = 1_000;

    private final Projection projection;
    private final Streams streams;

    RunRoutes(Projection projection, Streams streams) {
        this.projection = projection;
        this.streams = streams;
    }

    void register(ServerBuilder server, Routes routes) {
        server.route().get("/api/v1/runs").build(routes.service(this::runs));
        server.route().get("/api/v1/stream").build(routes.service(this::overview));
        server.route().get("/api/v1/workers").build(routes.service(this::workers));
        server.route().get("/api/v1/pauses").build(routes.service(this::pauses));
        server.route().get("/api/v1/runs/{run}").build(routes.service(this::run));
        server.route().get("/api/v1/runs/{run}/stream").build(routes.service(this::runLive));
        server.route().get("/api/v1/runs/{run}/tasks/{index}").build(routes.service(this::task));
        server.route().get("/api/v1/runs/{run}/tasks/{index}/why").build(routes.service(this::why));
    }

    /** @throws ApiError if the path names no run, or several */
    static RunState run(Projection projection, ServiceRequestContext context) {
        return RunReference.resolve(projection, String.valueOf(context.pathParam("run")));
    }

    /** @throws ApiError if the path names no task of this run */
    static int task(RunState run, ServiceRequestContext context) {
        int index = Routes.number("task index", String.valueOf(context.pathParam("index")), 0, Integer.MAX_VALUE);
        if (index >= run.size()) {
            throw ApiError.notFound(run + " has " + run.size() + " tasks, none with index " + index);
        }
        return index;
    }

    private HttpResponse runs(ServiceRequestContext context) {
        var project = context.queryParam("project");
        int limit = Routes.number(context, "limit", DEFAULT_LIMIT, 1, HIGHEST_LIMIT);
        Collection<RunState> newestFirst = project == null
                ? projection.runs()
                : projection.runs(project).descendingMap().values();
        return Routes.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("runs");
            for (var run : newestFirst.stream().limit(limit).toList()) {
                RunJson.write(json, run);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private HttpResponse run(ServiceRequestContext context) {
        return streams.open(
                context, Routes.headers(HttpStatus.OK, MediaType.JSON), new RunDocument(run(projection, context)));
    }

    private HttpResponse runLive(ServiceRequestContext context) {
        var run = run(projection, context);
        boolean brief = Routes.flag(context, "brief");
        return streams.open(context, Sse.headers(), brief ? RunFeed.brief(run) : RunFeed.whole(run));
    }

    private HttpResponse task(ServiceRequestContext context) {
        var run = run(projection, context);
        int task = task(run, context);
        return Routes.json(json -> TaskJson.write(json, run, task));
    }

    private HttpResponse why(ServiceRequestContext context) {
        var run = run(projection, context);
        int task = task(run, context);
        var answer = new Why(projection, LogClock.SYSTEM.getAsLong()).of(run, task);
        return Routes.json(json -> WhyJson.write(json, projection, run, task, answer));
    }

    private HttpResponse overview(ServiceRequestContext context) {
        return streams.open(context, Sse.headers(), new OverviewFeed(projection));
    }

    private HttpResponse pauses(ServiceRequestContext context) {
        return Routes.json(json -> {
            json.writeStartObject();
            json.writeFieldName("pauses");
            PauseJson.writeAll(json, projection.pauses());
            json.writeEndObject();
        });
    }

    private HttpResponse workers(ServiceRequestContext context) {
        return Routes.json(json -> {
            json.writeStartObject();
            json.writeFieldName("workers");
            WorkerJson.writeAll(json, projection.workers(), projection.pauses());
            json.writeEndObject();
        });
    }
}
