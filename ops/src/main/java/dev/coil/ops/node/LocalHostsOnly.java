package dev.coil.ops.node;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that were meant for another host. A node on loopback trusts whoever reaches it; without this, any web page
 * could make the user's browser reach it, through a name of its own that it points to 127.0.0.1 (DNS rebinding).
 */
final class LocalHostsOnly extends SimpleDecoratingHttpService {

    private static final Pattern LOCAL =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

    LocalHostsOnly(HttpService delegate) {
        super(delegate);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
        return isLocal(request.authority())
                ? unwrap().serve(ctx, request)
                : ErrorAnswers.answer(
                                HttpStatus.MISDIRECTED_REQUEST,
                                "this node serves its own machine alone; reach it as localhost or 127.0.0.1")
                        .toHttpResponse();
    }

    static boolean isLocal(@Nullable String authority) {
        return authority != null && LOCAL.matcher(authority).matches();
    }
}
