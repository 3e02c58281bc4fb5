package dev.coil.scheduler.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;

/**
 * Refuses what a browser sends on behalf of another site's page: a run executes programs on the workers, and a node on loopback
 * trusts whoever reaches it. Programs that are no browsers send no {@code Origin}.
 */
final class SameOrigin extends SimpleDecoratingHttpService {

    SameOrigin(HttpService delegate) {
        super(delegate);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
        var origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null && !authority(origin).equalsIgnoreCase(request.authority())) {
            return JsonAnswer.failure(new Refused(
                    HttpStatus.FORBIDDEN,
                    "a page of " + origin + " may not change anything here; only this node's own may"));
        }
        return unwrap().serve(ctx, request);
    }

    private static String authority(String origin) {
        int start = origin.indexOf("//");
        return start < 0 ? origin : origin.substring(start + 2);
    }
}
