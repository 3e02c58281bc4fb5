package dev.coil.viewer.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.viewer.archive.Archives;
import dev.coil.viewer.json.Json;
import dev.coil.viewer.live.Streams;
import dev.coil.viewer.logs.LogStore;
import dev.coil.viewer.projection.Projection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The read side of the HTTP API, and the document that describes both sides. */
public final class Api {

    private final Projection projection;
    private final LogStore logs;
    private final Archives archives;
    private final Streams streams;
    private final String version;
    private final Supplier<List<String>> warnings;
    private final Supplier<@Nullable RuntimeException> failure;
    private final long startedAt = System.currentTimeMillis();

    /**
     * An API on these.
     *
     * @param version of this program
     * @param warnings gives what people should know of the node's data
     * @param failure gives what ended the projection; {@code null} while it goes on
     */
    public Api(
            Projection projection,
            LogStore logs,
            Archives archives,
            Streams streams,
            String version,
            Supplier<List<String>> warnings,
            Supplier<@Nullable RuntimeException> failure) {
        this.projection = projection;
        this.logs = logs;
        this.archives = archives;
        this.streams = streams;
        this.version = version;
        this.warnings = warnings;
        this.failure = failure;
    }

    public void register(ServerBuilder server) {
        var routes = new Routes(failure);
        new RunRoutes(projection, streams).register(server, routes);
        new LogRoutes(projection, logs, streams).register(server, routes);
        new ArtifactRoutes(projection, archives).register(server, routes);
        server.route().get("/api/v1/node").build(routes.service(this::node));
        var document = document();
        server.route()
                .get("/api/v1/openapi.json")
                .build(routes.service(context -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, document)));
    }

    private HttpResponse node(ServiceRequestContext context) {
        return Routes.json(json -> {
            json.writeStartObject();
            json.writeStringField("version", version);
            json.writeStringField("startedAt", Json.time(startedAt));
            json.writeNumberField("pid", ProcessHandle.current().pid());
            json.writeArrayFieldStart("warnings");
            for (var warning : warnings.get()) {
                json.writeString(warning);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private String document() {
        try (var in = Api.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing in this build");
            }
            return new String(in.readAllBytes(), UTF_8).replace("@version@", version);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read openapi.json", e);
        }
    }
}
