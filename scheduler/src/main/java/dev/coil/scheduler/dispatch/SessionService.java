package dev.coil.scheduler.dispatch;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.scheduler.http.BodyService;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** {@code …/worker/sessions/SESSION} and {@code …/claim}: workers announce themselves, take tasks, and leave. */
final class SessionService {

    static final String SESSION = "/api/v1/worker/sessions/{session}";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{16,64}");
    private static final int LIMIT_MEBIBYTES = 1;
    private static final long LONGEST_WAIT = 60;
    private static final String USUAL_WAIT = "30";

    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final BiPredicate<String, String> namesakes;
    private final Supplier<List<String>> gateways;

    /**
     * @param namesakes whether another worker of this name is present than the one of this id
     * @param gateways the base URLs of all, this one included
     */
    SessionService(
            Dispatcher dispatcher,
            Sessions sessions,
            BiPredicate<String, String> namesakes,
            Supplier<List<String>> gateways) {
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.namesakes = namesakes;
        this.gateways = gateways;
    }

    void register(ServerBuilder server) {
        BodyService.register(server, HttpMethod.PUT, SESSION, LIMIT_MEBIBYTES, this::announce, WorkerAnswers::failure);
        BodyService.register(server, HttpMethod.DELETE, SESSION, LIMIT_MEBIBYTES, this::leave, WorkerAnswers::failure);
        server.route().post(SESSION + "/claim").requestTimeoutMillis(0).build((HttpService) this::claim);
    }

    private CompletableFuture<HttpResponse> announce(ServiceRequestContext ctx, HttpRequest request, byte[] body) {
        var id = id(ctx);
        var hello = Enrolment.narrowed(ctx, WorkerHello.of(request, body, System.currentTimeMillis()));
        var known = sessions.session(id);
        if (known != null) {
            requireOwner(known, ctx);
        }
        return dispatcher
                .announce(id, hello, Enrolment.owner(ctx))
                .thenApply(done -> HttpResponse.of(announced(hello)));
    }

    /** With what its owner should know. */
    private ResponseHeaders announced(WorkerHello hello) {
        var headers = nothing();
        if (namesakes.test(hello.name(), hello.worker())) {
            headers.add(
                    "coil-notice",
                    "another worker is called " + hello.name() + " as well: --name gives this one a name of its own");
        }
        return headers.build();
    }

    /** An answer without a body says where else a worker can go. */
    private ResponseHeadersBuilder nothing() {
        var headers = ResponseHeaders.builder(HttpStatus.NO_CONTENT);
        gateways.get().forEach(url -> headers.add("coil-gateway", url));
        return headers;
    }

    private CompletableFuture<HttpResponse> leave(ServiceRequestContext ctx, HttpRequest request, byte[] body) {
        var session = sessions.session(id(ctx));
        if (session != null) {
            requireOwner(session, ctx);
        }
        var left = session == null ? CompletableFuture.<Void>completedFuture(null) : dispatcher.leave(session);
        return left.thenApply(done -> HttpResponse.of(HttpStatus.NO_CONTENT));
    }

    private HttpResponse claim(ServiceRequestContext ctx, HttpRequest request) {
        try {
            var poll = dispatcher.poll(known(sessions, ctx), waiting(ctx));
            var response = HttpResponse.of(poll.answer.thenApply(answer -> response(request, answer)));
            response.whenComplete().exceptionally(gone -> {
                undelivered(poll);
                return null;
            });
            return response;
        } catch (Refused e) {
            return WorkerAnswers.failure(request, e);
        }
    }

    private void undelivered(Poll poll) {
        dispatcher.hangUp(poll);
        poll.answer.thenAccept(answer -> {
            if (answer instanceof Answer.Offer offer) {
                dispatcher.undelivered(offer.token());
            }
        });
    }

    private static Duration waiting(ServiceRequestContext ctx) {
        var text = ctx.queryParams().get("wait", USUAL_WAIT);
        if (!text.matches("[0-9]{1,2}") || Long.parseLong(text) > LONGEST_WAIT) {
            throw Refused.badRequest("parameter 'wait': '" + text + "': expected 0 to " + LONGEST_WAIT + " seconds");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    /** The body for those who read JSON. */
    private record Task(String claim, ClaimId id, ReadyTask task) {}

    private HttpResponse response(HttpRequest request, Answer answer) {
        if (answer instanceof Answer.Offer offer) {
            return WorkerAnswers.wantsJson(request)
                    ? JsonAnswer.of(
                            HttpStatus.OK,
                            new Task(offer.token().text(), offer.token().claim(), offer.task()))
                    : HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, HttpData.wrap(TaskText.of(offer)));
        }
        var drained = ((Answer.Nothing) answer).drained();
        var headers = nothing();
        if (drained != null) {
            headers.add("coil-drained", drained.replaceAll("[^ -~]", "?"));
        }
        return HttpResponse.of(headers.build());
    }

    private static String id(ServiceRequestContext ctx) {
        var id = String.valueOf(ctx.pathParam("session"));
        if (!ID.matcher(id).matches()) {
            throw Refused.badRequest("'" + id + "' is no session: expected 16 to 64 of 0-9a-f, chosen at random");
        }
        return id;
    }

    /**
     * The session of a request, which thereby is heard of.
     *
     * @throws Refused with 404 if it is not known here, with 403 if it is another worker's
     */
    static Session known(Sessions sessions, ServiceRequestContext ctx) {
        var session = sessions.session(id(ctx));
        if (session == null) {
            throw new Refused(
                    HttpStatus.NOT_FOUND, "this session is not known here: announce the worker, then send this again");
        }
        requireOwner(session, ctx);
        session.hear();
        return session;
    }

    private static void requireOwner(Session session, ServiceRequestContext ctx) {
        if (!Objects.equals(session.owner, Enrolment.owner(ctx))) {
            throw new Refused(HttpStatus.FORBIDDEN, "this session is another worker's");
        }
    }
}
