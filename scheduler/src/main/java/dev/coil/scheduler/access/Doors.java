package dev.coil.scheduler.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.coil.protocol.access.AccessState.Holder;
import dev.coil.protocol.access.Role;
import dev.coil.protocol.access.Secret;
import dev.coil.protocol.codec.Codec;
import dev.coil.scheduler.http.Refused;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every service of a node that is reached from elsewhere: finds out who asks, by a key (RFC 6750: {@code Authorization:
 * Bearer}; git and browsers also send it as the password of {@code Basic}) or by a login, and lets through who may.
 */
public final class Doors extends SimpleDecoratingHttpService {

    private final Access access;
    private final boolean everybodyMayLook;

    /** @param everybodyMayLook whether pages and what they show need no key */
    public Doors(HttpService delegate, Access access, boolean everybodyMayLook) {
        super(delegate);
        this.access = access;
        this.everybodyMayLook = everybodyMayLook;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
        try {
            var need = Need.of(request.method(), ctx.path());
            if (!need.isNothing()) {
                enter(ctx, request, need);
            }
        } catch (Refused e) {
            return refusal(ctx, request, e);
        }
        return unwrap().serve(ctx, request);
    }

    private void enter(ServiceRequestContext ctx, HttpRequest request, Need need) {
        var holder = holder(request);
        if (holder == null) {
            if (everybodyMayLook && need.isMetBy(Role.VIEWER)) {
                return;
            }
            throw new Refused(HttpStatus.UNAUTHORIZED, need.advice());
        }
        if (!need.isMetBy(holder.role())) {
            throw new Refused(
                    HttpStatus.FORBIDDEN,
                    "key " + Secret.id(holder.key()) + " of " + holder.name() + " has the role "
                            + holder.role().text() + ", and this needs " + need.text());
        }
        Caller.set(ctx, holder);
    }

    private @Nullable Holder holder(HttpRequest request) {
        var headers = request.headers();
        var authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
        if (authorization != null) {
            return byKey(authorization);
        }
        var holder = LoginCookie.of(headers, access::holderById, System.currentTimeMillis());
        if (holder != null && !isReading(request.method()) && !isSameOrigin(headers)) {
            throw new Refused(HttpStatus.FORBIDDEN, "a page of another site may not change anything here");
        }
        return holder;
    }

    private Holder byKey(String authorization) {
        var key = key(authorization);
        var holder = Secret.isKey(key) ? access.holder(new Secret(key)) : null;
        if (holder == null) {
            throw new Refused(
                    HttpStatus.UNAUTHORIZED,
                    Secret.isToken(key)
                            ? "that is a token, which lets in once: 'coil login URL' makes a key of it"
                            : "this key is not known here: it was mistyped or removed, or is another node's");
        }
        return holder;
    }

    private static String key(String authorization) {
        int space = authorization.indexOf(' ');
        var scheme = space < 0 ? "" : authorization.substring(0, space);
        var rest = authorization.substring(space + 1).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            return rest;
        }
        if (scheme.equalsIgnoreCase("Basic")) {
            try {
                var pair = new String(Base64.getDecoder().decode(rest), UTF_8);
                return pair.substring(pair.indexOf(':') + 1);
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
        return "";
    }

    private static boolean isReading(HttpMethod method) {
        return method == HttpMethod.GET || method == HttpMethod.HEAD;
    }

    private static boolean isSameOrigin(RequestHeaders headers) {
        var origin = headers.get(HttpHeaderNames.ORIGIN, "");
        int start = origin.indexOf("//");
        return start >= 0 && origin.substring(start + 2).equalsIgnoreCase(headers.authority());
    }

    private static HttpResponse refusal(ServiceRequestContext ctx, HttpRequest request, Refused e) {
        if (e.status().equals(HttpStatus.UNAUTHORIZED) && isPage(request.headers(), ctx.path())) {
            return HttpResponse.ofRedirect("/login?to=" + URLEncoder.encode(request.path(), UTF_8));
        }
        var headers = ResponseHeaders.builder(e.status());
        if (e.status().equals(HttpStatus.UNAUTHORIZED)) {
            // Git asks its user for a password, that is the key, if Basic is offered; so would browsers, of their own
            // accord.
            headers.add(
                    HttpHeaderNames.WWW_AUTHENTICATE,
                    ctx.path().startsWith("/git/")
                            ? "Basic realm=\"Coil\", charset=\"UTF-8\""
                            : "Bearer realm=\"Coil\"");
        }
        var message = String.valueOf(e.getMessage());
        if (request.headers().accept().stream().anyMatch(type -> type.is(MediaType.PLAIN_TEXT.withoutParameters()))) {
            return HttpResponse.of(
                    headers.contentType(MediaType.PLAIN_TEXT_UTF_8).build(), HttpData.ofUtf8(message + "\n"));
        }
        return HttpResponse.of(
                headers.contentType(MediaType.JSON_UTF_8).build(),
                HttpData.wrap(Codec.write(Map.class, Map.of("error", message))));
    }

    /** Whether a person asks, with a browser. */
    private static boolean isPage(RequestHeaders headers, String path) {
        return headers.method() == HttpMethod.GET
                && !path.startsWith("/api/")
                && headers.accept().stream().anyMatch(type -> type.is(MediaType.HTML_UTF_8.withoutParameters()));
    }
}
