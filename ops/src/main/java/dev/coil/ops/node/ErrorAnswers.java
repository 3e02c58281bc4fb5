package dev.coil.ops.node;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.codec.Codec;
import dev.coil.viewer.pages.Pages;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered where no service has an answer of its own: {@code {"error": "one sentence"}}, to a browser a page, never a stack trace. */
final class ErrorAnswers implements ServerErrorHandler {

    private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

    static AggregatedHttpResponse answer(HttpStatus status, String error) {
        return AggregatedHttpResponse.of(
                status, MediaType.JSON_UTF_8, HttpData.wrap(Codec.write(Map.class, Map.of("error", error))));
    }

    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
        if (cause instanceof HttpStatusException || cause instanceof HttpResponseException) {
            return null;
        }
        log.error("{} {} failed", ctx.method(), ctx.path(), cause);
        return answer(HttpStatus.INTERNAL_SERVER_ERROR, "the node failed to answer this; its log says why")
                .toHttpResponse();
    }

    /** Whether a person asks, with a browser. */
    private static boolean isPage(RequestHeaders headers) {
        return headers.method() == HttpMethod.GET
                && !headers.path().startsWith("/api/")
                && headers.accept().stream().anyMatch(type -> type.is(MediaType.HTML_UTF_8.withoutParameters()));
    }

    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext ctx,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        if (status.equals(HttpStatus.NOT_FOUND) && headers != null && isPage(headers)) {
            return Pages.notHere();
        }
        var what = headers == null ? "" : headers.method() + " " + headers.path() + ": ";
        return answer(status, what + (description == null ? status.reasonPhrase() : description));
    }
}
