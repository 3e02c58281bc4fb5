package dev.coil.viewer.forge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.protocol.codec.Codec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON over HTTP with one forge, which is asked below one address and nowhere else. */
final class ForgeHttp {

    private static final long MOST_BYTES = 10 << 20;

    /** Who has more has gone wrong; 100 pages of 50. */
    private static final int MOST_PAGES = 100;

    private static final int MOST_QUOTED = 200;
    private static final Pattern NEXT = Pattern.compile("<[^>]*>[^<]*;\\s*rel=\"?next\"?");

    private final ForgeRepository repository;
    private final HttpClient client;
    private final Duration timeout;

    private record Answer(JsonNode json, boolean hasNext) {}

    ForgeHttp(ForgeRepository repository, HttpClient client, Duration timeout) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("a client that follows redirects takes tokens elsewhere");
        }
        this.repository = repository;
        this.client = client;
        this.timeout = timeout;
    }

    ForgeRepository repository() {
        return repository;
    }

    JsonNode get(String path) throws ForgeFailure, InterruptedException {
        return exchange("GET", path, null).json();
    }

    JsonNode send(String method, String path, ObjectNode body) throws ForgeFailure, InterruptedException {
        return exchange(method, path, body).json();
    }

    /**
     * The elements of a list, of all its pages. Only whether there is a next page is believed, not where: a proxy or a setting may make that
     * another host.
     */
    List<JsonNode> list(String path) throws ForgeFailure, InterruptedException {
        var all = new ArrayList<JsonNode>();
        var separator = path.contains("?") ? "&page=" : "?page=";
        for (int page = 1; page <= MOST_PAGES; page++) {
            var answer = exchange("GET", page == 1 ? path : path + separator + page, null);
            if (!answer.json().isArray()) {
                throw new ForgeAway(repository.host() + " answered GET " + path + " with something that is not a list");
            }
            answer.json().forEach(all::add);
            if (!answer.hasNext()) {
                break;
            }
        }
        return all;
    }

    private Answer exchange(String method, String path, @Nullable ObjectNode body)
            throws ForgeFailure, InterruptedException {
        var response = receive(request(method, path, body), method + " " + path);
        int status = response.statusCode();
        var what = repository.host() + " answered " + method + " " + path + " with " + status;
        if (status >= 200 && status < 300) {
            boolean hasNext = response.headers().allValues("Link").stream()
                    .anyMatch(link -> NEXT.matcher(link).find());
            return new Answer(parse(response.body(), what), hasNext);
        }
        if (status >= 300 && status < 400) {
            var where = response.headers().firstValue("Location").orElse("nowhere");
            throw new ForgeRefusal(
                    status,
                    what + " and points to " + quote(where)
                            + ", where no token is taken: if the repository moved, set its new address");
        }
        var message = message(response.body());
        var told = message.isEmpty() ? what : what + " (" + message + ")";
        boolean limited = Patience.isLimit(status, response.headers(), message);
        if (limited || status >= 500 || status == 408 || status == 409 || status == 425) {
            throw new ForgeAway(told, Patience.of(status, response.headers(), Instant.now()));
        }
        throw new ForgeRefusal(status, told + ": " + advice(status));
    }

    private HttpRequest request(String method, String path, @Nullable ObjectNode body) {
        var request = HttpRequest.newBuilder(URI.create(repository.api() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("User-Agent", "coil");
        switch (repository.kind()) {
            case GITHUB ->
                request.header("Authorization", "Bearer " + repository.token())
                        .header("Accept", "application/vnd.github+json")
                        .header("X-GitHub-Api-Version", "2022-11-28");
            case GITLAB -> request.header("PRIVATE-TOKEN", repository.token()).header("Accept", "application/json");
            case GITEA ->
                request.header("Authorization", "token " + repository.token()).header("Accept", "application/json");
        }
        if (body == null) {
            return request.method(method, BodyPublishers.noBody()).build();
        }
        return request.header("Content-Type", "application/json; charset=utf-8")
                .method(method, BodyPublishers.ofByteArray(Codec.write(JsonNode.class, body)))
                .build();
    }

    /** The client's own timeout would end when the answer begins. */
    private HttpResponse<byte[]> receive(HttpRequest request, String what) throws ForgeAway, InterruptedException {
        var answer = client.sendAsync(request, head -> new LimitedBody(MOST_BYTES));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ForgeAway(repository.host() + " did not answer " + what + " in " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            var why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new ForgeAway(repository.host() + " did not answer " + what + ": " + quote(why));
        } finally {
            answer.cancel(true);
        }
    }

    /** What is no JSON is the page of something in between, not the forge. */
    private static JsonNode parse(byte[] body, String what) throws ForgeAway {
        try {
            var json = Codec.MAPPER.readTree(body);
            if (json.isContainerNode()) {
                return json;
            }
        } catch (IOException e) {
            // As below: there is nothing to say of it but that it is none.
        }
        throw new ForgeAway(what + " and something that is not JSON: is that the address of its REST interface?");
    }

    /** What the forge says for itself; empty if it does not. */
    private String message(byte[] body) {
        try {
            var json = Codec.MAPPER.readTree(body);
            var message = json.has("message") ? json.path("message") : json.path("error");
            return quote(message.isTextual() ? message.asText() : message.isMissingNode() ? "" : message.toString());
        } catch (IOException e) {
            return "";
        }
    }

    /** Short, in one line, and without the token, in case somebody sends it back. */
    private String quote(String text) {
        var line = text.replace(repository.token(), "…").replaceAll("[\\s\\p{Cntrl}]+", " ");
        return Texts.cut(line, MOST_QUOTED);
    }

    private String advice(int status) {
        return switch (status) {
            case 401 -> "the token is not valid (any more); give the project a new one";
            case 403 ->
                "the token may not do that; let it set commit statuses and comment on pull requests of "
                        + repository.path();
            case 404 ->
                "there is no such thing in " + repository.path()
                        + ", or the token may not see it; check the path and the rights of the token";
            default -> "it does not take that; look at the settings of " + repository.path() + " there";
        };
    }
}
