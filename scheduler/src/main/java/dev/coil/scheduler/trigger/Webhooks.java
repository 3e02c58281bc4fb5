package dev.coil.scheduler.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.log.ProjectTable;
import dev.coil.protocol.project.ProjectSettings;
import dev.coil.protocol.seal.Seal;
import dev.coil.protocol.seal.SealBroken;
import dev.coil.scheduler.http.BodyReader;
import dev.coil.scheduler.http.JsonAnswer;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * {@code POST /hooks/PROJECT}: takes deliveries of forges. One is answered when it stands in the journal, so that none is lost that was
 * taken, and nobody waits for what becomes of it.
 */
final class Webhooks {

    /** What GitHub sends at most; the others send less. */
    private static final int LIMIT_MEBIBYTES = 25;

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int ID_DIGITS = 32;
    private static final int AT_ONCE = 32;
    private static final List<String> NAMES =
            List.of("x-github-delivery", "x-gitea-delivery", "x-gitlab-event-uuid", "idempotency-key");

    /** Of strangers as well, so they are not to fill the memory. */
    private final Semaphore bodies = new Semaphore(AT_ONCE);

    private final ProjectTable projects;
    private final TriggerState triggers;
    private final TriggerWriter writer;
    private final Seal seal;

    Webhooks(ProjectTable projects, TriggerState triggers, TriggerWriter writer, Seal seal) {
        this.projects = projects;
        this.triggers = triggers;
        this.writer = writer;
        this.seal = seal;
    }

    void register(ServerBuilder server) {
        server.route()
                .post("/hooks/{project}")
                .maxRequestLength(0)
                .requestTimeout(TIMEOUT)
                .build(this::serve);
    }

    private HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
        var project = String.valueOf(ctx.pathParam("project"));
        if (!bodies.tryAcquire()) {
            return JsonAnswer.failure(Refused.unavailable("too many deliveries at once; send it again"));
        }
        return HttpResponse.of(BodyReader.read(request, LIMIT_MEBIBYTES)
                .whenComplete((body, failure) -> bodies.release())
                .thenApplyAsync(body -> take(project, request.headers(), body), ctx.blockingTaskExecutor())
                .exceptionally(JsonAnswer::failure));
    }

    private HttpResponse take(String project, RequestHeaders headers, byte[] body) {
        var settings = projects.settings(project).orElseThrow(() -> unknown(project));
        var forge = settings.forge();
        if (forge == null || settings.webhookSecret() == null) {
            throw unknown(project);
        }
        Signature.check(forge.kind(), secret(project, settings), headers, body);
        var delivery = Delivery.read(forge.kind(), forge.path(), headers, json(body));
        if (delivery instanceof Delivery.Changed changed) {
            return keep(project, id(headers, body), changed.change());
        }
        return JsonAnswer.of(HttpStatus.OK, Map.of("ignored", ((Delivery.Nothing) delivery).reason()));
    }

    private static Refused unknown(String project) {
        return new Refused(
                HttpStatus.NOT_FOUND,
                "no deliveries are taken for '" + project
                        + "': 'coil project set' with a forge and a secret does that");
    }

    private String secret(String project, ProjectSettings settings) {
        try {
            return seal.open(ProjectSettings.secretPlace(project), String.valueOf(settings.webhookSecret()));
        } catch (SealBroken e) {
            throw Refused.unavailable(String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            var node = Codec.MAPPER.readTree(body);
            if (node == null || !node.isObject()) {
                throw Refused.badRequest(
                        "the delivery is no JSON object: set the webhook's content type to" + " application/json");
            }
            return node;
        } catch (JacksonException e) {
            throw Refused.badRequest("the delivery is not JSON: set the webhook's content type to application/json");
        } catch (IOException e) {
            throw Refused.badRequest("the delivery cannot be read: " + e.getMessage());
        }
    }

    /**
     * The forge's own name of the delivery is not signed, but its content is: who sends one again under another name gets no second run
     * by it, as the run's id comes from the change.
     */
    private static String id(RequestHeaders headers, byte[] body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var header : NAMES) {
                digest.update(headers.get(header, "").getBytes(UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(body)).substring(0, ID_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse keep(String project, String id, Change change) {
        var known = triggers.change(project, id);
        if (known.isEmpty()) {
            var seen = new Seen(project, id, System.currentTimeMillis(), change);
            writer.write(seen);
        }
        return JsonAnswer.of(HttpStatus.ACCEPTED, Map.of("change", id, "known", known.isPresent()));
    }
}
