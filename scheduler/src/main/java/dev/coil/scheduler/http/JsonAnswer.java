package dev.coil.scheduler.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.coil.protocol.codec.Codec;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Responses with a JSON body. */
public final class JsonAnswer {

    private static final Logger log = LoggerFactory.getLogger(JsonAnswer.class);

    private JsonAnswer() {}

    public static HttpResponse of(HttpStatus status, Object body) {
        try {
            return HttpResponse.of(status, MediaType.JSON_UTF_8, HttpData.wrap(Codec.MAPPER.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write a " + body.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /** {@code {"error": …, "problems": […]?}} for a {@link Refused}; for anything else a 500 that leaves the details to the log. */
    public static HttpResponse failure(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refused refused) {
            var body = new LinkedHashMap<String, Object>();
            body.put("error", String.valueOf(refused.getMessage()));
            if (!refused.problems().isEmpty()) {
                body.put("problems", refused.problems());
            }
            return of(refused.status(), body);
        }
        log.error("a request failed: {}", cause.toString(), cause);
        return HttpResponse.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                MediaType.JSON_UTF_8,
                HttpData.of(UTF_8, "{\"error\":\"the node failed to serve this; its log says why\"}"));
    }
}
