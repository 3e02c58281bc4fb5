package dev.coil.scheduler.gateway;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event.RequestAnswered;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.JsonPost;
import dev.coil.scheduler.request.Rejections;
import dev.coil.scheduler.request.Requests;
import java.util.List;
import java.util.function.Function;

/** {@code POST /api/v1/pauses} and {@code …/resume}: of a kind of machines, of a project, of a worker. */
final class PauseOrders {

    private static final int LIMIT_MEBIBYTES = 1;
    private static final String ADVICE =
            "whether it was carried out is not known, or only for some projects: ask again, which does no harm";

    private final Requests requests;

    PauseOrders(Requests requests) {
        this.requests = requests;
    }

    /** The body of an answer: what is meant, in its normal spelling. */
    private record Meant(PauseScope.Kind kind, String name) {}

    void register(ServerBuilder server) {
        JsonPost.register(
                server, "/api/v1/pauses", PauseRequest.class, LIMIT_MEBIBYTES, (ctx, request) -> pause(request));
        JsonPost.register(
                server,
                "/api/v1/pauses/resume",
                PauseRequest.class,
                LIMIT_MEBIBYTES,
                (ctx, request) -> resume(request));
    }

    private HttpResponse pause(PauseRequest body) {
        var scope = body.scope();
        var reason = body.reasonOrNone();
        var by = body.byOrSomebody();
        long millis = body.millis();
        boolean quarantine = body.isQuarantine();
        return order(scope, id -> new Command.Pause(id, scope, reason, by, millis, quarantine));
    }

    private HttpResponse resume(PauseRequest body) {
        var scope = body.scope();
        var by = body.byOrSomebody();
        return order(scope, id -> new Command.Resume(id, scope, by));
    }

    private HttpResponse order(PauseScope scope, Function<String, Command.OfPartitions> order) {
        var project = scope.kind() == PauseScope.Kind.PROJECT ? scope.name() : null;
        check(requests.askPartitions(project, order, ADVICE));
        return JsonAnswer.of(HttpStatus.ACCEPTED, new Meant(scope.kind(), scope.name()));
    }

    /** A pause that only some partitions had, as an earlier order did not come to all of them, is over in all. */
    private static void check(List<RequestAnswered> answers) {
        if (answers.stream().allMatch(answer -> answer.rejection() != null)) {
            Rejections.check(answers.get(0));
        }
    }
}
