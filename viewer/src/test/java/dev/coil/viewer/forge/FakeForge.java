package dev.coil.viewer.forge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.project.ForgeKind;
import dev.coil.viewer.forge.Call.Refused;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A forge with one repository and one user's token, on loopback, after the public documentation of GitHub, GitLab and Gitea. It takes only what
 * is documented: what else it is sent is refused, and kept in {@link #complaints()}. It can be told to be in trouble.
 */
public final class FakeForge implements AutoCloseable {

    public static final String PATH = "acme/mylang";
    public static final String TOKEN = "forge-token-0123456789abcdef";
    public static final String USER = "coil-bot";

    private static final long USER_ID = 7;

    private final ForgeKind kind;
    private final Dialect dialect;
    private final Server server;
    private final List<Status> statuses = new ArrayList<>();
    private final Map<Integer, Pull> pulls = new LinkedHashMap<>();
    private final List<Comment> comments = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private List<Trouble> troubles = List.of();
    private double share;
    private Random random = new Random(0);
    private int pageSize = 100;
    private boolean userIsKnown = true;
    private int strays;

    /** A status that was accepted, in the forge's words. */
    public record Status(String commit, String context, String state, String description, String url) {}

    /** A comment; what is edited is another one with the same id. */
    public record Comment(long id, int pullRequest, String user, String body) {}

    /** A pull request; its last commit is its head. */
    record Pull(int number, boolean open, boolean fork, List<String> commits) {
        String head() {
            return commits.get(commits.size() - 1);
        }
    }

    public FakeForge(ForgeKind kind) {
        this.kind = kind;
        dialect = kind == ForgeKind.GITLAB ? new GitLabDialect(this) : new GitHubDialect(this, kind);
        server = Server.builder()
                .http(0)
                .requestTimeoutMillis(0)
                .serviceUnder(
                        "/",
                        (context, request) ->
                                HttpResponse.of(request.aggregate().thenApply(whole -> answer(context, whole))))
                .build();
        server.start().join();
    }

    public URI api() {
        return URI.create("http://127.0.0.1:" + server.activeLocalPort() + dialect.prefix());
    }

    /** What a project says that has its repository here. */
    public ForgeRepository repository() {
        return new ForgeRepository(kind, api(), PATH, TOKEN);
    }

    /** All that were accepted, in their order. */
    public synchronized List<Status> statuses() {
        return List.copyOf(statuses);
    }

    /** What stands on a commit. */
    public synchronized @Nullable Status status(String commit, String context) {
        for (int i = statuses.size() - 1; i >= 0; i--) {
            var status = statuses.get(i);
            if (status.commit().equals(commit) && status.context().equals(context)) {
                return status;
            }
        }
        return null;
    }

    public synchronized List<Comment> comments(int pullRequest) {
        return comments.stream()
                .filter(comment -> comment.pullRequest() == pullRequest)
                .toList();
    }

    /** What it was sent that it does not take; a good client leaves it empty. */
    public synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** {@code POST /repos/…}, each that came, in their order. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** How many came to where they were redirected. */
    public synchronized int strays() {
        return strays;
    }

    /** @param commits the last one is its head */
    public synchronized void pullRequest(int number, boolean open, String... commits) {
        pulls.put(number, new Pull(number, open, false, List.of(commits)));
    }

    /** One whose commits are in a fork. */
    public synchronized void pullRequestOfFork(int number, String... commits) {
        pulls.put(number, new Pull(number, true, true, List.of(commits)));
    }

    /** Somebody comments. */
    public synchronized void comment(int pullRequest, String user, String body) {
        comments.add(new Comment(comments.size() + 1L, pullRequest, user, body));
    }

    /** All pages have at most so many from now on. */
    public synchronized void pagesOf(int most) {
        pageSize = most;
    }

    /** The token is that of an app, which has no user. */
    public synchronized void hideUser() {
        userIsKnown = false;
    }

    /** From now on a share of the calls comes to one of these. */
    public synchronized void trouble(double newShare, long seed, Trouble... newTroubles) {
        share = newShare;
        random = new Random(seed);
        troubles = List.of(newTroubles);
    }

    /** From now on every call does; none for none. */
    public synchronized void trouble(Trouble... newTroubles) {
        trouble(1, 0, newTroubles);
    }

    private synchronized HttpResponse answer(ServiceRequestContext context, AggregatedHttpRequest request) {
        if (request.path().startsWith("/private")) {
            strays++;
            return HttpResponse.of(HttpStatus.OK);
        }
        calls.add(request.method() + " " + request.path());
        try {
            dialect.checkHeaders(request.headers());
            if (!troubles.isEmpty() && random.nextDouble() < share) {
                return inTrouble(context, troubles.get(random.nextInt(troubles.size())));
            }
            return dialect.answer(Call.of(request, dialect.prefix()));
        } catch (Refused e) {
            if (e.status == 415 || e.status == 422 || e.status == 404 || e.status == 401) {
                complaints.add(request.method() + " " + request.path() + ": " + e.getMessage());
            }
            return json(e.status, object().put("message", e.getMessage()));
        }
    }

    private HttpResponse inTrouble(ServiceRequestContext context, Trouble trouble) {
        long reset = System.currentTimeMillis() / 1_000 + 20;
        return switch (trouble) {
            case BROKEN -> json(500, object().put("message", "Server Error"));
            case LIMITED_403 ->
                json(
                        403,
                        object().put("message", "API rate limit exceeded"),
                        "X-RateLimit-Limit",
                        "5000",
                        "X-RateLimit-Remaining",
                        "0",
                        "X-RateLimit-Reset",
                        String.valueOf(reset));
            case LIMITED_429 -> json(429, object().put("message", "Retry later"), "Retry-After", "5");
            case HANGS -> HttpResponse.streaming();
            case TRICKLES -> trickle(context);
            case BREAKS_OFF -> breakOff();
            case REDIRECTS ->
                HttpResponse.of(ResponseHeaders.of(
                        HttpStatus.FOUND,
                        "Location",
                        "http://127.0.0.1:" + server.activeLocalPort() + "/private?" + TOKEN));
            case GARBAGE -> HttpResponse.of(HttpStatus.OK, MediaType.HTML_UTF_8, "<html>Sign in to the proxy</html>");
            case ENDLESS -> HttpResponse.of(HttpStatus.OK, MediaType.JSON, endless());
            case UNAUTHORIZED -> json(401, object().put("message", "Bad credentials: " + TOKEN));
            case FORBIDDEN ->
                json(
                        403,
                        object().put("message", "Resource not accessible by personal access token"),
                        "X-RateLimit-Remaining",
                        "4999",
                        "X-RateLimit-Reset",
                        String.valueOf(reset));
            case MISSING -> json(404, object().put("message", "Not Found"));
            case UNPROCESSABLE -> json(422, object().put("message", "Validation Failed"));
        };
    }

    private static HttpData endless() {
        var bytes = new byte[11 << 20];
        Arrays.fill(bytes, (byte) ' ');
        System.arraycopy("[]".getBytes(UTF_8), 0, bytes, 0, 2);
        return HttpData.wrap(bytes);
    }

    private static HttpResponse breakOff() {
        HttpResponseWriter writer = HttpResponse.streaming();
        writer.write(ResponseHeaders.of(HttpStatus.OK, "Content-Type", "application/json", "Content-Length", "100"));
        writer.write(HttpData.ofUtf8("{"));
        writer.close(ClosedSessionException.get());
        return writer;
    }

    private static HttpResponse trickle(ServiceRequestContext context) {
        HttpResponseWriter writer = HttpResponse.streaming();
        writer.write(ResponseHeaders.builder(HttpStatus.OK)
                .contentType(MediaType.JSON)
                .build());
        var blanks = context.eventLoop().scheduleAtFixedRate(() -> drip(writer), 50, 50, TimeUnit.MILLISECONDS);
        writer.whenComplete().handle((done, failure) -> blanks.cancel(false));
        return writer;
    }

    private static void drip(HttpResponseWriter writer) {
        if (writer.isOpen()) {
            writer.write(HttpData.ofUtf8(" "));
        }
    }

    static HttpResponse json(int status, JsonNode body, String... headers) {
        var head = ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8);
        for (int i = 0; i < headers.length; i += 2) {
            head.add(headers[i], headers[i + 1]);
        }
        return HttpResponse.of(head.build(), HttpData.wrap(Codec.write(JsonNode.class, body)));
    }

    static ObjectNode object() {
        return Codec.MAPPER.createObjectNode();
    }

    /** The page that was asked for, with a {@code Link} to the next one if there is one. */
    HttpResponse page(Call call, List<? extends JsonNode> all, String sizeParameter) {
        int size = Math.min(pageSize, Integer.parseInt(call.query().getOrDefault(sizeParameter, "30")));
        int page = Integer.parseInt(call.query().getOrDefault("page", "1"));
        int from = Math.min(all.size(), (page - 1) * size);
        int to = Math.min(all.size(), from + size);
        ArrayNode body = Codec.MAPPER.createArrayNode().addAll(all.subList(from, to));
        var here = "<" + api() + "/somewhere?page=";
        var first = here + "1>; rel=\"first\"";
        return json(200, body, "Link", to < all.size() ? here + (page + 1) + ">; rel=\"next\", " + first : first);
    }

    /** Whose token it is. */
    HttpResponse user(String nameField) {
        if (!userIsKnown) {
            return json(403, object().put("message", "Resource not accessible by integration"));
        }
        return json(200, object().put("id", USER_ID).put(nameField, USER));
    }

    void accept(Status status) {
        statuses.add(status);
    }

    Pull pull(int number) {
        var pull = pulls.get(number);
        if (pull == null) {
            throw new Refused(404, "no pull request " + number);
        }
        return pull;
    }

    List<Pull> pulls() {
        return List.copyOf(pulls.values());
    }

    Comment add(int pullRequest, String body) {
        pull(pullRequest);
        comment(pullRequest, USER, body);
        return comments.get(comments.size() - 1);
    }

    Comment edit(long id, String body) {
        if (id < 1 || id > comments.size()) {
            throw new Refused(404, "no comment " + id);
        }
        var comment = comments.get((int) id - 1);
        if (!comment.user().equals(USER)) {
            throw new Refused(403, "somebody else's comment");
        }
        var edited = new Comment(id, comment.pullRequest(), USER, body);
        comments.set((int) id - 1, edited);
        return edited;
    }

    static long idOf(String user) {
        return user.equals(USER) ? USER_ID : 1_000 + Math.floorMod(user.hashCode(), 1_000);
    }

    /** Does not wait for the end: event loops take two seconds to come to rest. */
    @Override
    public void close() {
        server.closeAsync();
    }
}
