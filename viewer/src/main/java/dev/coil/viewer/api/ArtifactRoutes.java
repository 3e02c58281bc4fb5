package dev.coil.viewer.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.viewer.archive.Archives;
import dev.coil.viewer.archive.Entry;
import dev.coil.viewer.archive.NotNow;
import dev.coil.viewer.archive.OpenArchive;
import dev.coil.viewer.archive.Unreadable;
import dev.coil.viewer.json.EntriesJson;
import dev.coil.viewer.json.Json;
import dev.coil.viewer.projection.Projection;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What lies in an artifact: its directories, and single files out of it. */
final class ArtifactRoutes {

    private static final int PAGE = 1_000;
    private static final int LARGEST_PAGE = 10_000;

    private final Projection projection;
    private final Archives archives;

    ArtifactRoutes(Projection projection, Archives archives) {
        this.projection = projection;
        this.archives = archives;
    }

    void register(ServerBuilder server, Routes routes) {
        var artifact = "/api/v1/runs/{run}/tasks/{index}/attempts/{attempt}/artifacts/{artifact}";
        server.route().get(artifact + "/entries").build(routes.service(within(this::entries)));
        server.route().get(artifact + "/files/{*path}").build(routes.service(within(this::file)));
    }

    /** Answers from an artifact. */
    @FunctionalInterface
    private interface Handler {
        HttpResponse handle(ServiceRequestContext context, Named artifact) throws IOException;
    }

    /**
     * An artifact of an attempt, and how it is told of.
     *
     * @param expires when, in milliseconds since the epoch
     * @param finished whether its run has finished: before that nothing expires
     */
    private record Named(StoredArtifact artifact, String text, long expires, boolean finished) {}

    private Routes.Handler within(Handler handler) {
        return context -> {
            var named = named(context);
            // The first look at a large one takes the time that unpacking it takes.
            context.clearRequestTimeout();
            try {
                return handler.handle(context, named);
            } catch (Unreadable e) {
                throw new ApiError(
                        HttpStatus.UNPROCESSABLE_ENTITY,
                        named.text + " cannot be looked into as asked, it or a part of it " + e.getMessage()
                                + "; it can be downloaded whole");
            } catch (NotNow e) {
                throw new ApiError(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
            }
        };
    }

    private Named named(ServiceRequestContext context) {
        var run = RunRoutes.run(projection, context);
        int task = RunRoutes.task(run, context);
        var number = LogRoutes.attemptNumber(String.valueOf(context.pathParam("attempt")));
        var state = run.task(task);
        var attempt = number == null ? state.latestAttempt() : state.attempt(number);
        var kept = attempt == null ? List.<StoredArtifact>of() : attempt.artifacts();
        var wanted = String.valueOf(context.pathParam("artifact"));
        var maker = run.facts(task).name() + " of " + run;
        for (var artifact : kept) {
            if (artifact.name().equals(wanted)) {
                return new Named(
                        artifact,
                        "the artifact " + wanted + " of " + maker,
                        run.expiresAt(task, attempt, wanted),
                        run.head().finished());
            }
        }
        var names = kept.stream().map(StoredArtifact::name).toList();
        throw ApiError.notFound(
                maker + " has no artifact '" + wanted + "'" + (number == null ? "" : " of attempt " + number)
                        + (names.isEmpty() ? "" : "; it has " + String.join(", ", names)));
    }

    private OpenArchive open(Named named) throws IOException {
        boolean expired = named.expires <= System.currentTimeMillis();
        var opened = expired && named.finished ? null : archives.open(named.artifact.sha256());
        if (opened == null) {
            throw new ApiError(
                    HttpStatus.GONE,
                    named.text
                            + (expired
                                    ? " expired on " + Json.time(named.expires) + ": run the task again to have it anew"
                                    : " is not kept any more"));
        }
        return opened;
    }

    private HttpResponse entries(ServiceRequestContext context, Named named) throws IOException {
        var path = context.queryParam("path") == null ? "" : String.valueOf(context.queryParam("path"));
        int limit = Routes.number(context, "limit", PAGE, 1, LARGEST_PAGE);
        try (var archive = open(named)) {
            var directory = archive.directory(path);
            if (directory == null) {
                throw ApiError.notFound(named.text + " has no directory '" + path
                        + "': name one with a slash at its end, or leave path out for the topmost");
            }
            var wanted = matching(directory.entries(), context.queryParam("find"));
            var after = context.queryParam("after");
            var rest = after == null ? wanted : wanted.tailMap(after, false);
            var page = rest.values().stream().limit(limit).toList();
            var next = page.size() < rest.size() ? page.get(page.size() - 1).name() : null;
            return Routes.json(json -> EntriesJson.write(json, path, page, wanted.size(), next, directory.leftOut()));
        }
    }

    private static NavigableMap<String, Entry> matching(NavigableMap<String, Entry> all, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return all;
        }
        var lower = text.toLowerCase(Locale.ROOT);
        var found = new TreeMap<>(all);
        found.keySet().removeIf(name -> !name.toLowerCase(Locale.ROOT).contains(lower));
        return found;
    }

    private HttpResponse file(ServiceRequestContext context, Named named) throws IOException {
        var asked = String.valueOf(context.pathParam("path"));
        var path = asked.isEmpty() || asked.endsWith("/") ? asked + "index.html" : asked;
        var archive = open(named);
        try {
            return FileAnswer.of(context, archive, path, require(named, archive, path));
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    private static Entry require(Named named, OpenArchive archive, String path) throws IOException {
        var entry = archive.find(path);
        if (entry == null) {
            throw ApiError.notFound(named.text + " has no file '" + path + "'");
        }
        if (entry.kind() != Entry.Kind.FILE) {
            throw ApiError.notFound("'" + path + "' in " + named.text
                    + (entry.kind() == Entry.Kind.LINK
                            ? " is a symbolic link, and links are not followed here"
                            : " is a directory: with a slash at its end, it is its index.html"));
        }
        return entry;
    }
}
