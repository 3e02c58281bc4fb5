package dev.coil.scheduler.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** A request with a body of bytes up to a limit, whose answer may come later. */
public final class BodyService implements HttpService {

    /** Serves one request on its connection's thread, without waiting; the future may fail with a {@link Refused}. */
    @FunctionalInterface
    public interface Handler {
        CompletableFuture<HttpResponse> handle(ServiceRequestContext ctx, HttpRequest request, byte[] body);
    }

    /** A body comes within this or not at all. */
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final int limitMebibytes;
    private final Handler handler;
    private final BiFunction<HttpRequest, Throwable, HttpResponse> failures;

    private BodyService(
            int limitMebibytes, Handler handler, BiFunction<HttpRequest, Throwable, HttpResponse> failures) {
        this.limitMebibytes = limitMebibytes;
        this.handler = handler;
        this.failures = failures;
    }

    /**
     * Serves a path; a body over the limit is answered with 413.
     *
     * @param failures makes the answer of a request that fails
     */
    public static void register(
            ServerBuilder server,
            HttpMethod method,
            String path,
            int limitMebibytes,
            Handler handler,
            BiFunction<HttpRequest, Throwable, HttpResponse> failures) {
        server.route()
                .path(path)
                .methods(method)
                .maxRequestLength(0)
                .requestTimeout(TIMEOUT)
                .decorator(SameOrigin::new)
                .build(new BodyService(limitMebibytes, handler, failures));
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.of(BodyReader.read(request, limitMebibytes)
                .thenCompose(body -> handler.handle(ctx, request, body))
                .exceptionally(failure -> failures.apply(request, failure)));
    }
}
