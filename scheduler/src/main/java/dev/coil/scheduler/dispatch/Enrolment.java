package dev.coil.scheduler.dispatch;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.access.AccessRecord.Enrol;
import dev.coil.protocol.access.AccessRecord.Machine;
import dev.coil.protocol.access.Narrowing;
import dev.coil.protocol.access.Secret;
import dev.coil.scheduler.access.Access;
import dev.coil.scheduler.access.AccessService;
import dev.coil.scheduler.access.Caller;
import dev.coil.scheduler.http.BodyService;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.Refused;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/worker/enrol}: a worker comes with a token, and is known by a key and as what it is from then on. */
final class Enrolment {

    private static final int LIMIT_MEBIBYTES = 1;
    private static final String KEY = "coil-key";

    private final Access access;

    Enrolment(Access access) {
        this.access = access;
    }

    void register(ServerBuilder server) {
        BodyService.register(
                server, HttpMethod.POST, "/api/v1/worker/enrol", LIMIT_MEBIBYTES, this::enrol, WorkerAnswers::failure);
    }

    private CompletableFuture<HttpResponse> enrol(ServiceRequestContext ctx, HttpRequest request, byte[] body) {
        var authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        var token = AccessService.token(authorization.replaceFirst("(?i)^Bearer +", ""));
        var key = AccessService.key(request.headers().get(KEY));
        var hello = WorkerHello.of(request, body, System.currentTimeMillis());
        var enrol =
                new Enrol(token.digest(), key.digest(), hello.name(), new Machine(hello.worker(), hello.attributes()));
        return CompletableFuture.supplyAsync(
                () -> {
                    var holder = access.enrol(enrol);
                    return WorkerAnswers.wantsJson(request)
                            ? JsonAnswer.of(HttpStatus.OK, AccessService.described(holder))
                            : HttpResponse.of(
                                    HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, Secret.id(holder.key()) + "\n");
                },
                ctx.blockingTaskExecutor());
    }

    /** Whose session it is: the digest of a key. {@code null} where nobody needs one. */
    static @Nullable String owner(ServiceRequestContext ctx) {
        var holder = Caller.of(ctx);
        return holder == null ? null : holder.key();
    }

    /**
     * What counts of what a worker says of itself: no more than it was enrolled with.
     *
     * @throws Refused with 403 if it says that it is another one, or more than that
     */
    static WorkerHello narrowed(ServiceRequestContext ctx, WorkerHello hello) {
        var holder = Caller.of(ctx);
        if (holder == null) {
            return hello;
        }
        var machine = holder.machine();
        if (machine == null) {
            throw new Refused(HttpStatus.FORBIDDEN, "this key is no enrolled worker's");
        }
        if (!machine.worker().equals(hello.worker()) || !holder.name().equals(hello.name())) {
            throw new Refused(
                    HttpStatus.FORBIDDEN,
                    "this key is of worker '" + holder.name() + "' with the id " + machine.worker()
                            + ", and this one is '" + hello.name() + "' with the id " + hello.worker()
                            + ": enrol it by itself, with a token of its own");
        }
        var enrolled = machine.attributes();
        var refusal = Narrowing.refusal(enrolled, hello.attributes());
        if (refusal != null) {
            throw new Refused(HttpStatus.FORBIDDEN, refusal);
        }
        return hello.offering(Narrowing.of(enrolled, hello.attributes()));
    }
}
