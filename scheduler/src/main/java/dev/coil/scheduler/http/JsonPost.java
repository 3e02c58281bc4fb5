package dev.coil.scheduler.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Duration;

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
                .maxRequestLength(0)
                .requestTimeout(TIMEOUT)
                .decorator(SameOrigin::new)
                .build(new JsonPost<>(type, limitMebibytes, handler));
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.of(BodyReader.read(request, limitMebibytes)
                .thenApplyAsync(body -> handler.handle(ctx, parse(body)), ctx.blockingTaskExecutor())
                .exceptionally(JsonAnswer::failure));
    }

    private T parse(byte[] body) {
        return StrictJson.read(type, body.length == 0 ? "{}".getBytes(UTF_8) : body);
    }
}
