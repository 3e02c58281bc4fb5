package dev.coil.scheduler.dispatch;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.Refused;
import java.util.concurrent.CompletionException;

/** Answers to workers, in the form that they ask for. */
final class WorkerAnswers {

    private WorkerAnswers() {}

    static boolean wantsJson(HttpRequest request) {
        return request.headers().get(HttpHeaderNames.ACCEPT, "").contains("application/json");
    }

    private static boolean wantsText(HttpRequest request) {
        return request.headers().get(HttpHeaderNames.ACCEPT, "").contains("text/plain");
    }

    /** {@code {"error": …}}, or the sentence alone for those who ask for text. */
    static HttpResponse failure(HttpRequest request, Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (wantsText(request) && cause instanceof Refused refused) {
            var text = new StringBuilder().append(refused.getMessage()).append('\n');
            refused.problems().forEach(problem -> text.append(problem).append('\n'));
            return HttpResponse.of(refused.status(), MediaType.PLAIN_TEXT_UTF_8, text.toString());
        }
        return JsonAnswer.failure(cause);
    }
}
