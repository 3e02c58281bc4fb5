package dev.coil.scheduler.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.http.BodyService;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.http.StrictJson;
import dev.coil.scheduler.request.Rejections;
import dev.coil.scheduler.request.Requests;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code …/sessions/SESSION/claims/CLAIM}: what a worker says of a task that it runs. */
final class ClaimService {

    private static final String CLAIM = SessionService.SESSION + "/claims/{claim}";
    private static final int LOG_MEBIBYTES = 1;
    private static final int RESULT_MEBIBYTES = 2;
    private static final int GENERATED_MEBIBYTES = 64;
    private static final String ADVICE = "send this again";
    private static final String OVER = "this attempt has ended";

    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Requests requests;
    private final Commands commands;
    private final LogKeeper logs;
    private final BlobStore blobs;
    private final GeneratedFiles generatedFiles;

    ClaimService(
            Dispatcher dispatcher,
            Sessions sessions,
            Requests requests,
            Commands commands,
            LogKeeper logs,
            BlobStore blobs,
            GeneratedFiles generatedFiles) {
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.requests = requests;
        this.commands = commands;
        this.logs = logs;
        this.blobs = blobs;
        this.generatedFiles = generatedFiles;
    }

    void register(ServerBuilder server) {
        route(server, HttpMethod.PUT, "/log", LOG_MEBIBYTES, this::log);
        route(server, HttpMethod.POST, "/result", RESULT_MEBIBYTES, this::result);
        route(server, HttpMethod.PUT, "/generated", GENERATED_MEBIBYTES, this::generated);
        route(server, HttpMethod.DELETE, "", LOG_MEBIBYTES, this::giveBack);
    }

    private static void route(
            ServerBuilder server, HttpMethod method, String path, int limitMebibytes, BodyService.Handler handler) {
        BodyService.register(server, method, CLAIM + path, limitMebibytes, handler, WorkerAnswers::failure);
    }

    /**
     * The claim, which thereby is spoken of. One that is not known here is asked of the log, and taken over.
     *
     * @return fails with a {@link Refused}: 404 if the session is not known, 409 if the claim is not the worker's
     */
    private CompletableFuture<Lease> held(ServiceRequestContext ctx) {
        var session = SessionService.known(sessions, ctx);
        var token = ClaimToken.parse(String.valueOf(ctx.pathParam("claim")));
        var lease = sessions.lease(token.claim());
        if (lease != null) {
            return CompletableFuture.completedFuture(checked(lease, session));
        }
        if (sessions.ended(token.claim()) != null) {
            throw new Refused(HttpStatus.CONFLICT, OVER);
        }
        var confirm = new Command.ConfirmClaim(
                UUID.randomUUID().toString(),
                token.project(),
                token.run(),
                token.task(),
                token.attempt(),
                token.claim());
        return CompletableFuture.runAsync(
                        () -> Rejections.check(requests.ask(List.of(), confirm, ADVICE)), ctx.blockingTaskExecutor())
                .thenCompose(held -> dispatcher.takeOver(session, token))
                .thenApply(taken -> checked(taken, session));
    }

    private Lease checked(Lease lease, Session session) {
        if (lease.session != session) {
            throw new Refused(HttpStatus.CONFLICT, "this claim is another worker's");
        }
        var reason = lease.stopReason();
        if (reason != null) {
            dispatcher.ended(lease, Outcome.CANCELLED);
            throw new Refused(HttpStatus.CONFLICT, reason);
        }
        lease.hear();
        return lease;
    }

    private CompletableFuture<HttpResponse> log(ServiceRequestContext ctx, HttpRequest request, byte[] body) {
        var range = LogRange.of(request.headers().get(HttpHeaderNames.CONTENT_RANGE), body.length);
        return held(ctx).thenCompose(lease -> {
            long kept = lease.kept.get();
            if (body.length == 0) {
                return CompletableFuture.completedFuture(HttpResponse.of(HttpStatus.NO_CONTENT));
            }
            if (kept >= 0 && range.first() > kept) {
                return CompletableFuture.completedFuture(HttpResponse.of(
                        ResponseHeaders.builder(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                                .set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + kept)
                                .contentType(MediaType.PLAIN_TEXT_UTF_8)
                                .build(),
                        com.linecorp.armeria.common.HttpData.ofUtf8(
                                "of this log " + kept + " bytes are kept: go on from there\n")));
            }
            if (kept >= range.end()) {
                return CompletableFuture.completedFuture(HttpResponse.of(HttpStatus.NO_CONTENT));
            }
            long first = Math.max(kept, range.first());
            if (range.end() > LogKeeper.MOST || !lease.mayWrite(range.end() - first)) {
                throw new Refused(
                        HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                        "of an attempt's log " + LogKeeper.MOST + " bytes are kept, and no more");
            }
            long at = LogRange.millis(request.headers().get("coil-at"));
            int stream = LogRange.stream(request.headers().get("coil-stream"));
            var fresh = Arrays.copyOfRange(body, (int) (first - range.first()), body.length);
            return logs.append(lease.token, first, at, stream, fresh).handle((done, failure) -> {
                if (failure != null) {
                    throw Refused.unavailable("Kafka does not take the log: " + failure.getMessage());
                }
                lease.kept.accumulateAndGet(range.end(), Math::max);
                return HttpResponse.of(HttpStatus.NO_CONTENT);
            });
        });
    }

    private CompletableFuture<HttpResponse> result(ServiceRequestContext ctx, HttpRequest request, byte[] body) {
        var type = request.contentType();
        var said = type != null && type.is(MediaType.FORM_DATA)
                ? ResultForm.read(QueryParams.fromQueryString(new String(body, UTF_8)))
                : StrictJson.read(AttemptResult.class, body);
        var token = ClaimToken.parse(String.valueOf(ctx.pathParam("claim")));
        var before = sessions.ended(token.claim());
        if (before != null && before != Outcome.CANCELLED) {
            // It came before, and the answer was lost.
            SessionService.known(sessions, ctx);
            return CompletableFuture.completedFuture(HttpResponse.of(HttpStatus.NO_CONTENT));
        }
        return held(ctx)
                .thenApplyAsync(
                        lease -> {
                            var result = ResultForm.checked(said, lease, blobs);
                            commands.append(new Command.FinishTask(
                                            token.project(),
                                            token.run(),
                                            token.task(),
                                            token.attempt(),
                                            token.claim(),
                                            result))
                                    .exceptionally(failure -> {
                                        throw Refused.unavailable(
                                                "Kafka does not take the result: " + failure.getMessage());
                                    })
                                    .join();
                            dispatcher.ended(lease, result.outcome());
                            return HttpResponse.of(HttpStatus.NO_CONTENT);
                        },
                        ctx.blockingTaskExecutor());
    }

    private CompletableFuture<HttpResponse> giveBack(ServiceRequestContext ctx, HttpRequest request, byte[] body) {
        var reason = ctx.queryParams().get("reason", "");
        return held(ctx).thenApply(lease -> {
            dispatcher.givenBack(lease, reason.isBlank() ? "its worker gave it back" : reason);
            return HttpResponse.of(HttpStatus.NO_CONTENT);
        });
    }

    /** The body of the answer, as JSON. */
    private record Staged(int tasks, String sha256, List<String> warnings) {}

    private CompletableFuture<HttpResponse> generated(ServiceRequestContext ctx, HttpRequest request, byte[] body) {
        return held(ctx)
                .thenApplyAsync(
                        lease -> {
                            var token = lease.token;
                            var generates = token.generates();
                            if (generates == null) {
                                throw Refused.badRequest("this task generates no others");
                            }
                            var staged = generatedFiles.stage(
                                    token.ref(),
                                    token.attempt(),
                                    token.claim(),
                                    token.name(),
                                    generates,
                                    Utf8.text(generates.file(), body));
                            return WorkerAnswers.wantsJson(request)
                                    ? JsonAnswer.of(
                                            HttpStatus.OK,
                                            new Staged(
                                                    staged.tasks(),
                                                    staged.sha256(),
                                                    staged.warnings().stream()
                                                            .map(Object::toString)
                                                            .toList()))
                                    : HttpResponse.of(
                                            HttpStatus.OK,
                                            MediaType.PLAIN_TEXT_UTF_8,
                                            staged.tasks() + " " + staged.sha256() + "\n");
                        },
                        ctx.blockingTaskExecutor());
    }
}
