package dev.coil.viewer.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.viewer.json.ErrorsJson;
import dev.coil.viewer.json.Json;
import dev.coil.viewer.live.AttemptLog;
import dev.coil.viewer.live.JsonLog;
import dev.coil.viewer.live.LogFeed;
import dev.coil.viewer.live.PlainLog;
import dev.coil.viewer.live.Sse;
import dev.coil.viewer.live.Streams;
import dev.coil.viewer.logs.ErrorSearch;
import dev.coil.viewer.logs.LogStore;
import dev.coil.viewer.projection.Projection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The log of an attempt: plain, as JSON lines, and live for the page. */
final class LogRoutes {

    /** Says whether all that the attempt printed is in the answer, where that is known when it begins. */
    private static final String COMPLETE = "coil-log-complete";

    private static final MediaType JSON_LINES = MediaType.parse("application/jsonl; charset=utf-8");

    private final Projection projection;
    private final LogStore logs;
    private final Streams streams;

    LogRoutes(Projection projection, LogStore logs, Streams streams) {
        this.projection = projection;
        this.logs = logs;
        this.streams = streams;
    }

    void register(ServerBuilder server, Routes routes) {
        var log = "/api/v1/runs/{run}/tasks/{index}/attempts/{attempt}/log";
        server.route().get(log).build(routes.service(this::log));
        server.route().get(log + "/stream").build(routes.service(this::live));
        server.route().get(log + "/errors").build(routes.service(this::errors));
    }

    private HttpResponse log(ServiceRequestContext context) throws IOException {
        boolean follow = Routes.flag(context, "follow");
        var format = context.queryParam("format");
        if (format != null && !format.equals("jsonl") && !format.equals("plain")) {
            throw ApiError.badRequest("there is no format '" + format + "': expected plain or jsonl");
        }
        var log = open(context, follow);
        if ("jsonl".equals(format)) {
            return streams.open(context, Routes.headers(HttpStatus.OK, JSON_LINES), new JsonLog(log, follow));
        }
        if (follow) {
            return streams.open(
                    context, Routes.headers(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8), PlainLog.following(log));
        }
        return plain(context, log);
    }

    private HttpResponse plain(ServiceRequestContext context, AttemptLog log) throws IOException {
        long size = log.size();
        var range = ByteRange.parse(context.request().headers().get(HttpHeaderNames.RANGE), size);
        var headers = Routes.headers(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8).toBuilder()
                .set(HttpHeaderNames.ACCEPT_RANGES, "bytes")
                .set(COMPLETE, Boolean.toString(log.isWhole()));
        long from = range == null ? 0 : range.from();
        long end = range == null ? size : range.end();
        headers.contentLength(end - from);
        if (range != null) {
            headers.status(HttpStatus.PARTIAL_CONTENT).set(HttpHeaderNames.CONTENT_RANGE, range.contentRange(size));
        }
        if (Routes.flag(context, "download")) {
            headers.set(HttpHeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"" + fileName(log) + "\"");
        }
        ResponseHeaders built = headers.build();
        return streams.open(context, built, PlainLog.part(log, from, end));
    }

    private static String fileName(AttemptLog log) {
        var attempt = log.attempt();
        var task = log.run().facts(log.task()).name().replaceAll("[^A-Za-z0-9._+@-]", "-");
        var number = attempt == null || attempt.number() == 1 ? "" : "-" + attempt.number();
        return log.run().project() + "-" + log.run().number() + "-" + task + number + ".log";
    }

    /** The log may be long: the request takes the time that reading it takes. */
    private HttpResponse errors(ServiceRequestContext context) throws IOException {
        context.clearRequestTimeout();
        try (var log = open(context, false)) {
            boolean whole = log.isWhole();
            var reader = log.reader();
            var found = reader == null ? ErrorSearch.NOTHING : ErrorSearch.in(reader);
            return HttpResponse.of(
                    Routes.headers(HttpStatus.OK, MediaType.JSON)
                            .withMutations(headers -> headers.set(COMPLETE, Boolean.toString(whole))),
                    HttpData.wrap(Json.bytes(json -> ErrorsJson.write(json, found))));
        }
    }

    private HttpResponse live(ServiceRequestContext context) {
        var log = open(context, true);
        return streams.open(context, Sse.headers(), new LogFeed(log, resumeAt(context, log)));
    }

    /** Where a client that comes back stopped; the last id that it saw is {@code attempt:offset}. */
    private static long resumeAt(ServiceRequestContext context, AttemptLog log) {
        var given = context.queryParam("lastEventId");
        var last = context.request().headers().get("last-event-id", given == null ? "" : given);
        var attempt = log.attempt();
        var prefix = attempt == null ? null : attempt.number() + ":";
        if (prefix == null || !last.startsWith(prefix)) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(last.substring(prefix.length())));
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("'" + last + "' is no id of an event of this stream");
        }
    }

    /** @param mayCome whether an attempt that has not begun is waited for */
    private AttemptLog open(ServiceRequestContext context, boolean mayCome) {
        var run = RunRoutes.run(projection, context);
        int task = RunRoutes.task(run, context);
        var number = attemptNumber(String.valueOf(context.pathParam("attempt")));
        var log = new AttemptLog(logs, run, task, number);
        if (log.attempt() == null && (number != null || !mayCome)) {
            var name = run.facts(task).name();
            throw ApiError.notFound(
                    number == null
                            ? name + " of " + run + " has not been started, so there is no log"
                            : name + " of " + run + " has no attempt " + number);
        }
        return log;
    }

    /** @return {@code null} for the latest */
    static @Nullable Integer attemptNumber(String text) {
        return text.equals("latest") ? null : Routes.number("attempt", text, 1, Integer.MAX_VALUE);
    }
}
