package dev.coil.scheduler.access;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.access.AccessRecord.CreateToken;
import dev.coil.protocol.access.AccessRecord.Enrol;
import dev.coil.protocol.access.AccessRecord.RemoveKey;
import dev.coil.protocol.access.AccessRecord.RemoveToken;
import dev.coil.protocol.access.AccessState.Holder;
import dev.coil.protocol.access.AccessState.Token;
import dev.coil.protocol.access.Role;
import dev.coil.protocol.access.Secret;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.JsonPost;
import dev.coil.scheduler.http.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/access/…}: tokens, keys, logins. */
public final class AccessService {

    private static final int LIMIT_MEBIBYTES = 1;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@:-]{1,100}");
    private static final String A_NAME = "1 to 100 letters, digits and . _ @ : - only";
    private static final Duration TOKEN_LASTS = Duration.ofDays(1);
    private static final long LONGEST = Duration.ofDays(3650).toSeconds();

    private final Access access;
    private final boolean doors;

    /** @param doors whether {@link Doors} stand before this; without them, everybody may do everything */
    public AccessService(Access access, boolean doors) {
        this.access = access;
        this.doors = doors;
    }

    private record TokenBody(
            @Nullable String role,
            @Nullable String name,
            @Nullable Map<String, String> facts,
            @Nullable List<String> labels,
            @Nullable Long expiresIn,
            @Nullable Long keyExpiresIn) {}

    private record EnrolBody(
            @Nullable String token,
            @Nullable String key,
            @Nullable String name) {}

    private record LoginBody(@Nullable String key) {}

    private record Empty() {}

    public void register(ServerBuilder server) {
        JsonPost.register(server, "/api/v1/access/tokens", TokenBody.class, LIMIT_MEBIBYTES, this::createToken);
        JsonPost.register(server, "/api/v1/access/enrol", EnrolBody.class, LIMIT_MEBIBYTES, (ctx, body) -> enrol(body));
        JsonPost.register(server, "/api/v1/access/login", LoginBody.class, LIMIT_MEBIBYTES, this::login);
        JsonPost.register(server, "/api/v1/access/logout", Empty.class, LIMIT_MEBIBYTES, (ctx, body) -> logout(ctx));
        server.route().get("/api/v1/access/me").build(blocking((ctx, request) -> me(ctx)));
        server.route().get("/api/v1/access/tokens").build(blocking((ctx, request) -> tokens(ctx)));
        server.route().get("/api/v1/access/keys").build(blocking((ctx, request) -> keys(ctx)));
        server.route().delete("/api/v1/access/tokens/{id}").build(blocking((ctx, request) -> removeToken(ctx)));
        server.route().delete("/api/v1/access/keys/{id}").build(blocking((ctx, request) -> removeKey(ctx)));
    }

    private interface Blocking {
        HttpResponse serve(ServiceRequestContext ctx, HttpRequest request);
    }

    private static HttpService blocking(Blocking service) {
        return (ctx, request) -> HttpResponse.of(
                () -> {
                    try {
                        return service.serve(ctx, request);
                    } catch (RuntimeException e) {
                        return JsonAnswer.failure(e);
                    }
                },
                ctx.blockingTaskExecutor());
    }

    private HttpResponse createToken(ServiceRequestContext ctx, TokenBody body) {
        Caller.require(ctx, Role.OPERATOR, doors);
        var text = Objects.requireNonNullElse(body.role(), "worker");
        var role = Role.of(text)
                .orElseThrow(() -> Refused.badRequest(
                        "field 'role': '" + text + "': expected viewer, submitter, operator or worker"));
        var facts = new TreeMap<>(Objects.requireNonNullElse(body.facts(), Map.of()));
        var labels = new TreeSet<>(Objects.requireNonNullElse(body.labels(), List.of()));
        if (role != Role.WORKER && !(facts.isEmpty() && labels.isEmpty())) {
            throw Refused.badRequest("facts and labels are a worker's: leave them out for a " + role.text());
        }
        var name = body.name();
        if (name != null) {
            matching("name", name);
        }
        var token = Secret.newToken();
        long now = System.currentTimeMillis();
        long expires = now + seconds("expiresIn", body.expiresIn(), TOKEN_LASTS.toSeconds()) * 1_000;
        long keyLasts = seconds("keyExpiresIn", body.keyExpiresIn(), 0) * 1_000;
        var by = Caller.name(ctx, "somebody");
        access.write(new CreateToken(token.digest(), role, name, facts, labels, expires, keyLasts, by));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("token", token.text());
        answer.put("id", Secret.id(token.digest()));
        answer.put("role", role);
        answer.put("expiresAt", time(expires));
        return JsonAnswer.of(HttpStatus.CREATED, answer);
    }

    private static long seconds(String field, @Nullable Long given, long otherwise) {
        if (given == null) {
            return otherwise;
        }
        if (given < 1 || given > LONGEST) {
            throw Refused.badRequest("field '" + field + "' is " + given + ": expected 1 to " + LONGEST + " seconds");
        }
        return given;
    }

    private HttpResponse enrol(EnrolBody body) {
        var name = matching("name", body.name());
        var holder = access.enrol(
                new Enrol(token(body.token()).digest(), key(body.key()).digest(), name, null));
        return JsonAnswer.of(HttpStatus.OK, described(holder));
    }

    /** @throws Refused with 400 if it is none */
    public static Secret token(@Nullable String text) {
        if (text == null || !Secret.isToken(text)) {
            throw Refused.badRequest(
                    "field 'token': expected coil_token_ and 64 of 0-9a-f, as 'coil token create' prints it");
        }
        return new Secret(text);
    }

    /** @throws Refused with 400 if it is none */
    public static Secret key(@Nullable String text) {
        if (text == null || !Secret.isKey(text)) {
            throw Refused.badRequest("field 'key': expected coil_key_ and 64 of 0-9a-f, chosen at random");
        }
        return new Secret(text);
    }

    private static String matching(String field, @Nullable String text) {
        if (text == null || !NAME.matcher(text).matches()) {
            throw Refused.badRequest("field '" + field + "': expected " + A_NAME);
        }
        return text;
    }

    private HttpResponse login(ServiceRequestContext ctx, LoginBody body) {
        var holder = access.holder(key(body.key()));
        if (holder == null) {
            throw new Refused(HttpStatus.UNAUTHORIZED, "this key is not known here: it was mistyped or removed");
        }
        if (!holder.role().includes(Role.VIEWER)) {
            throw new Refused(HttpStatus.FORBIDDEN, "this is the key of a worker, and pages are for people");
        }
        return withCookie(LoginCookie.set(holder, isSecure(ctx), System.currentTimeMillis()));
    }

    private static HttpResponse logout(ServiceRequestContext ctx) {
        return withCookie(LoginCookie.clear(isSecure(ctx)));
    }

    private static HttpResponse withCookie(String cookie) {
        return HttpResponse.of(ResponseHeaders.builder(HttpStatus.NO_CONTENT)
                .add(HttpHeaderNames.SET_COOKIE, cookie)
                .build());
    }

    /** Also behind a proxy that speaks TLS for the node. */
    private static boolean isSecure(ServiceRequestContext ctx) {
        return ctx.sessionProtocol().isTls()
                || ctx.request().headers().get("x-forwarded-proto", "").equals("https");
    }

    private HttpResponse me(ServiceRequestContext ctx) {
        var holder = Caller.of(ctx);
        return JsonAnswer.of(
                HttpStatus.OK, holder == null ? Map.of("role", Role.OPERATOR, "open", true) : described(holder));
    }

    private HttpResponse tokens(ServiceRequestContext ctx) {
        Caller.require(ctx, Role.OPERATOR, doors);
        long now = System.currentTimeMillis();
        return JsonAnswer.of(
                HttpStatus.OK,
                Map.of(
                        "tokens",
                        access.tokens().stream()
                                .filter(token -> token.created().expiresAt() > now)
                                .map(AccessService::described)
                                .toList()));
    }

    private static Map<String, Object> described(Token token) {
        var created = token.created();
        var answer = new LinkedHashMap<String, Object>();
        answer.put("id", Secret.id(created.token()));
        answer.put("role", created.role());
        if (created.name() != null) {
            answer.put("name", created.name());
        }
        if (created.role() == Role.WORKER) {
            answer.put("facts", created.facts());
            answer.put("labels", created.labels());
        }
        answer.put("since", time(token.since()));
        answer.put("expiresAt", time(created.expiresAt()));
        answer.put("by", created.by());
        return answer;
    }

    private HttpResponse keys(ServiceRequestContext ctx) {
        Caller.require(ctx, Role.OPERATOR, doors);
        return JsonAnswer.of(
                HttpStatus.OK,
                Map.of(
                        "keys",
                        access.holders().stream().map(AccessService::described).toList()));
    }

    /** What may be told of who holds a key. */
    public static Map<String, Object> described(Holder holder) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("id", Secret.id(holder.key()));
        answer.put("name", holder.name());
        answer.put("role", holder.role());
        if (holder.machine() != null) {
            Attributes attributes = holder.machine().attributes();
            answer.put("worker", holder.machine().worker());
            answer.put("facts", attributes.facts());
            answer.put("labels", attributes.labels());
        }
        answer.put("since", time(holder.since()));
        if (holder.expiresAt() != 0) {
            answer.put("expiresAt", time(holder.expiresAt()));
        }
        return answer;
    }

    private HttpResponse removeToken(ServiceRequestContext ctx) {
        Caller.require(ctx, Role.OPERATOR, doors);
        var digests =
                access.tokens().stream().map(token -> token.created().token()).toList();
        var digest = Access.digest(digests, "token", String.valueOf(ctx.pathParam("id")));
        access.write(new RemoveToken(digest, Caller.name(ctx, "somebody")));
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    private HttpResponse removeKey(ServiceRequestContext ctx) {
        Caller.require(ctx, Role.OPERATOR, doors);
        var digests = access.holders().stream().map(Holder::key).toList();
        var digest = Access.digest(digests, "key", String.valueOf(ctx.pathParam("id")));
        access.write(new RemoveKey(digest, Caller.name(ctx, "somebody")));
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
