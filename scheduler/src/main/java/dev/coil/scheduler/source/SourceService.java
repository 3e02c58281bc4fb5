package dev.coil.scheduler.source;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.source.SourceKind;
import dev.coil.scheduler.http.BodyStream;
import dev.coil.scheduler.http.IdleTimeout;
import dev.coil.scheduler.http.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Git's smart HTTP protocol (gitprotocol-http, versions 0 to 2) under {@code /git/<project>.git}. The git program speaks it; this
 * passes bytes to and from it. The first push to a project makes its repository. Clients beyond the number that are served at once
 * wait for their turn.
 */
public final class SourceService implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SourceService.class);
    private static final int AT_ONCE = 32;

    /** Longer than git is ever silent: it sends something every few seconds while it works. */
    private static final Duration IDLE_LIMIT = Duration.ofMinutes(5);

    private static final String ARCHIVE = ".tar.gz";

    private static final Pattern PROTOCOL = Pattern.compile("[A-Za-z0-9=:._-]{1,200}");

    private final SourceStore store;
    private final Housekeeping housekeeping;
    private final ExecutorService threads;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService exchanges = Executors.newFixedThreadPool(AT_ONCE, task -> {
        var made = new Thread(task, "coil-source");
        made.setDaemon(true);
        return made;
    });

    /** @param threads an unbounded pool; each exchange holds two while it lasts */
    public SourceService(SourceStore store, ExecutorService threads) {
        this.store = store;
        this.threads = threads;
        this.housekeeping = new Housekeeping(store.git());
    }

    public void register(ServerBuilder server) {
        for (var kind : SourceKind.values()) {
            route(server, kind, "GET", "info/refs", (ctx, request) -> advertise(ctx, request, kind));
            for (var service : GitCall.Service.values()) {
                route(
                        server,
                        kind,
                        "POST",
                        service.toString(),
                        (ctx, request) -> exchange(ctx, request, kind, service));
            }
        }
        server.route()
                .get("/api/v1/projects/{project}/archives/{archive}")
                .requestTimeoutMillis(0)
                .decorator(IdleTimeout.of(IDLE_LIMIT))
                .build((HttpService) this::archive);
    }

    /** {@code …/archives/COMMIT.tar.gz?submodules=none|direct|recursive}. */
    private HttpResponse archive(ServiceRequestContext ctx, HttpRequest request) {
        var name = String.valueOf(ctx.pathParam("archive"));
        var commit = name.endsWith(ARCHIVE) ? name.substring(0, name.length() - ARCHIVE.length()) : "";
        if (!SourceStore.isObjectId(commit)) {
            return refusal(HttpStatus.BAD_REQUEST, "'" + name + "': expected a commit's full id and " + ARCHIVE);
        }
        try {
            var archive = new Archive(
                    String.valueOf(ctx.pathParam("project")),
                    commit,
                    Archive.submodules(ctx.queryParams().get("submodules", "none")));
            return start(ctx, archive, InputStream.nullInputStream(), () -> archive.command(store), () -> {});
        } catch (Refused e) {
            return refusal(e.status(), String.valueOf(e.getMessage()));
        }
    }

    private static void route(ServerBuilder server, SourceKind kind, String method, String path, HttpService service) {
        var pattern = "regex:^/git/" + kind.prefix() + "(?<project>[^/]+)\\.git/" + path + "$";
        var route = server.route();
        (method.equals("GET") ? route.get(pattern) : route.post(pattern))
                .requestTimeoutMillis(0)
                .maxRequestLength(0)
                .decorator(IdleTimeout.of(IDLE_LIMIT))
                .build(service);
    }

    private HttpResponse advertise(ServiceRequestContext ctx, HttpRequest request, SourceKind kind) {
        var service = GitCall.Service.named(ctx.queryParams().get("service", ""));
        if (service.isEmpty()) {
            return refusal(
                    HttpStatus.FORBIDDEN, "only git's smart HTTP protocol is served here: use git 1.6.6 or newer");
        }
        return start(ctx, call(ctx, request, kind, service.get(), true), InputStream.nullInputStream());
    }

    private HttpResponse exchange(
            ServiceRequestContext ctx, HttpRequest request, SourceKind kind, GitCall.Service service) {
        var type = request.contentType();
        if (type == null || !type.is(service.type("request"))) {
            return refusal(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE, "the request's content type must be " + service.type("request"));
        }
        var encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
        var body = BodyStream.of(ctx, request);
        return switch (encoding) {
            case "identity" -> start(ctx, call(ctx, request, kind, service, false), body);
            case "gzip", "x-gzip" -> start(ctx, call(ctx, request, kind, service, false), new LateGunzip(body));
            default ->
                refusal(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "the content encoding " + encoding + " is not understood: use gzip");
        };
    }

    private static GitCall call(
            ServiceRequestContext ctx,
            HttpRequest request,
            SourceKind kind,
            GitCall.Service service,
            boolean advertisement) {
        var protocol = request.headers().get("git-protocol", "");
        return new GitCall(
                String.valueOf(ctx.pathParam("project")),
                kind,
                service,
                advertisement,
                // Pushing has no version 2, and asks for none.
                service == GitCall.Service.UPLOAD_PACK
                                && PROTOCOL.matcher(protocol).matches()
                        ? protocol
                        : "");
    }

    private HttpResponse start(ServiceRequestContext ctx, GitCall call, InputStream body) {
        return start(ctx, call, body, () -> command(call), () -> pushed(call));
    }

    private ProcessBuilder command(GitCall call) throws IOException {
        if (call.advertisement()) {
            // A client begins so: what it may ask for afterwards, or need not send, is to be here.
            store.bring(call.project(), call.kind());
        }
        var command = store.git().command(repository(call), call.arguments(), call.kind());
        if (!call.protocol().isEmpty()) {
            command.environment().put("GIT_PROTOCOL", call.protocol());
        }
        return command;
    }

    private void pushed(GitCall call) throws IOException {
        if (call.service() == GitCall.Service.RECEIVE_PACK && !call.advertisement()) {
            housekeeping.pushed(repository(call));
        }
    }

    /** The program of a conversation, for which it may be necessary to look things up. */
    @FunctionalInterface
    private interface Preparation {
        ProcessBuilder command() throws IOException;
    }

    /** What follows when git was content. */
    @FunctionalInterface
    private interface Sequel {
        void run() throws IOException;
    }

    private HttpResponse start(
            ServiceRequestContext ctx, Conversation call, InputStream body, Preparation preparation, Sequel sequel) {
        // A client that goes away is no news; what else goes wrong is logged here.
        ctx.setShouldReportUnloggedExceptions(false);
        var response = HttpResponse.streaming();
        exchanges.execute(() -> serve(call, body, response, preparation, sequel));
        return response;
    }

    private void serve(
            Conversation call, InputStream body, HttpResponseWriter response, Preparation preparation, Sequel sequel) {
        try {
            if (!response.isOpen()) {
                return;
            }
            var git = store.git().start(preparation.command());
            if (hold(new GitExchange(call, body, response), git)) {
                sequel.run();
            }
        } catch (Refused e) {
            GitExchange.refuse(response, e.status(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            log.warn("{} failed: {}", call, e.getMessage());
            GitExchange.refuse(response, HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            GitExchange.refuse(response, HttpStatus.SERVICE_UNAVAILABLE, "the node is stopping");
        } catch (RuntimeException e) {
            log.error("{} failed", call, e);
            response.close(e);
        }
    }

    private boolean hold(GitExchange exchange, Process git) throws InterruptedException {
        running.add(git);
        try {
            return exchange.hold(git, threads);
        } finally {
            running.remove(git);
        }
    }

    private Path repository(GitCall call) throws IOException {
        if (call.service() == GitCall.Service.RECEIVE_PACK) {
            return store.findOrCreate(call.project(), call.kind());
        }
        return store.find(call.project(), call.kind())
                .orElseThrow(() -> new Refused(
                        HttpStatus.NOT_FOUND,
                        "there are no sources of " + call.project()
                                + " here: nothing was ever submitted with a commit"));
    }

    private static HttpResponse refusal(HttpStatus status, String message) {
        return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, message + "\n");
    }

    @Override
    public void close() {
        exchanges.shutdownNow();
        running.forEach(git -> GitProcess.stop(git, Duration.ZERO));
        housekeeping.close();
    }
}
