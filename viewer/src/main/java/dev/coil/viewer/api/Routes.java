package dev.coil.viewer.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.viewer.json.Json;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all routes have in common: they run where they may block, and their errors are JSON. */
final class Routes {

    private static final Logger log = LoggerFactory.getLogger(Routes.class);

    /** What ended the projection; gives {@code null} while it is true. */
    private final Supplier<@Nullable RuntimeException> failure;

    Routes(Supplier<@Nullable RuntimeException> failure) {
        this.failure = failure;
    }

    /** Answers one kind of request. */
    @FunctionalInterface
    interface Handler {
        /** @throws ApiError if there is no good answer */
        HttpResponse handle(ServiceRequestContext context) throws IOException;
    }

    HttpService service(Handler handler) {
        return (context, request) -> HttpResponse.of(() -> answer(context, handler), context.blockingTaskExecutor());
    }

    private HttpResponse answer(ServiceRequestContext context, Handler handler) {
        try {
            var ended = failure.get();
            if (ended != null) {
                return error(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "the viewer no longer follows the event log, restart the node: " + ended.getMessage());
            }
            return handler.handle(context);
        } catch (ApiError e) {
            return error(e.status(), String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            log.error("cannot answer {}", context.path(), e);
            return error(HttpStatus.INTERNAL_SERVER_ERROR, "the viewer failed, its own log says why");
        }
    }

    private static HttpResponse error(HttpStatus status, String message) {
        return json(status, body -> {
            body.writeStartObject();
            body.writeStringField("error", message);
            body.writeEndObject();
        });
    }

    static HttpResponse json(Json.Body body) {
        return json(HttpStatus.OK, body);
    }

    private static HttpResponse json(HttpStatus status, Json.Body body) {
        return HttpResponse.of(headers(status, MediaType.JSON), HttpData.wrap(Json.bytes(body)));
    }

    static ResponseHeaders headers(HttpStatus status, MediaType type) {
        return ResponseHeaders.builder(status)
                .contentType(type)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .build();
    }

    /** A parameter of the query that is there, empty or true, or else false. */
    static boolean flag(ServiceRequestContext context, String name) {
        var value = context.queryParam(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.isEmpty() || value.equals("true")) {
            return true;
        }
        throw ApiError.badRequest("'" + value + "' is no value of " + name + ": expected true or false");
    }

    /** A parameter of the query that is a number. */
    static int number(ServiceRequestContext context, String name, int absent, int least, int most) {
        var text = context.queryParam(name);
        if (text == null) {
            return absent;
        }
        return number(name, text, least, most);
    }

    static int number(String name, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            log.trace("not a number", e);
        }
        throw ApiError.badRequest("'" + text + "' is no " + name + ": expected a number from " + least + " to " + most);
    }
}
