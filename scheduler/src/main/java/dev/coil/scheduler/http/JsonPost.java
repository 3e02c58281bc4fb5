package dev.coil.scheduler.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A {@code POST} whose body is one JSON value, read strictly, and served on a blocking thread. An empty body is {@code {}}. */
public final class JsonPost<T> implements HttpService {

    /** Serves one request; a {@link Refused} that it throws becomes the response. */
    @FunctionalInterface
    public interface Handler<T> {
        HttpResponse handle(ServiceRequestContext ctx, T body);
    }

    /** A body comes within this or not at all; the wait for Kafka has its own, shorter limit. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Class<T> type;
    private final int limitMebibytes;
    private final Handler<T> handler;

    private JsonPost(Class<T> type, int limitMebibytes, Handler<T> handler) {
        this.type = type;
        this.limitMebibytes = limitMebibytes;
        this.handler = handler;
    }

    /** Serves a path; a body over the limit is answered with 413. */
    public static <T> void register(
            ServerBuilder server, String path, Class<T> type, int limitMebibytes, Handler<T> handler) {
        server.route()
                .post(path)
                .maxRequestLength(limitMebibytes * 1024L * 1024L)
                .requestTimeout(TIMEOUT)
                .decorator(SameOrigin::new)
                .build(new JsonPost<>(type, limitMebibytes, handler));
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.of(request.aggregate()
                .handleAsync((body, failure) -> answer(ctx, body, failure), ctx.blockingTaskExecutor()));
    }

    private HttpResponse answer(
            ServiceRequestContext ctx, @Nullable AggregatedHttpRequest request, @Nullable Throwable failure) {
        try {
            if (request == null) {
                throw unread(Exceptions.peel(failure));
            }
            var bytes = request.content().array();
            return handler.handle(
                    ctx, StrictJson.read(type, bytes.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : bytes));
        } catch (RuntimeException e) {
            return JsonAnswer.failure(e);
        }
    }

    private Refused unread(Throwable failure) {
        if (failure instanceof ContentTooLargeException) {
            return new Refused(
                    HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                    "the body is larger than the limit of " + limitMebibytes + " MiB");
        }
        return Refused.badRequest("the body did not arrive whole: " + failure.getMessage());
    }
}
