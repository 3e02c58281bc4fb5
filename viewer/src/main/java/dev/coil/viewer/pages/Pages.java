package dev.coil.viewer.pages;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ServerCacheControl;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.file.FileService;
import com.linecorp.armeria.server.file.HttpFile;
import com.linecorp.armeria.server.file.HttpFileBuilder;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Serves the pages and what they are made of from the class path; nothing comes from another host. */
public final class Pages {

    /** Only files of this server: no inline script or style, nothing from elsewhere, nobody may frame the pages. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final ClassLoader LOADER = Pages.class.getClassLoader();
    private static final String FILES = "dev/coil/viewer/pages/";

    private final Projection projection;

    public Pages(Projection projection) {
        this.projection = projection;
    }

    public void register(ServerBuilder server) {
        server.route().get("/").build(file("runs.html"));
        server.route().get("/runs").build((context, request) -> HttpResponse.ofRedirect("/"));
        server.route()
                .get("/runs/{project}")
                .build((context, request) -> HttpResponse.ofRedirect("/?"
                        + QueryParams.of("project", String.valueOf(context.pathParam("project")))
                                .toQueryString()));
        server.route().get("/workers").build(file("workers.html"));
        server.route().get("/login").build(file("login.html"));
        server.route().get("/runs/{project}/{number}").build(pageOfRun(file("run.html")));
        server.route().get("/runs/{project}/{number}/tasks/{index}").build(pageOfTask(file("log.html")));
        server.route()
                .get("/runs/{project}/{number}/tasks/{index}/artifacts/{artifact}")
                .build(pageOfTask(file("artifact.html")));
        server.route()
                .get("/runs/{project}/{number}/")
                .build((context, request) -> HttpResponse.ofRedirect(
                        "/runs/" + context.pathParam("project") + "/" + context.pathParam("number")));
        server.route()
                .get("regex:^/runs/(?<project>[^/]+)/(?<number>[0-9]+)/(?<name>.+)$")
                .build(taskByName());
        server.serviceUnder("/assets/", files(FILES + "assets"));
        server.serviceUnder("/assets/lit-html/", files("META-INF/resources/webjars/lit-html/" + litHtmlVersion()));
        server.route().get("/favicon.ico").build(file("assets/favicon.svg"));
    }

    private HttpService pageOfRun(HttpService page) {
        var missing = missing();
        return (context, request) -> {
            var newest = "latest".equals(context.pathParam("number"))
                    ? projection
                            .runs(String.valueOf(context.pathParam("project")))
                            .lastEntry()
                    : null;
            return newest != null
                    ? HttpResponse.ofRedirect("/runs/" + context.pathParam("project") + "/" + newest.getKey())
                    : (run(context) == null ? missing : page).serve(context, request);
        };
    }

    private HttpService pageOfTask(HttpService page) {
        var missing = missing();
        return (context, request) -> {
            var run = run(context);
            int index = number(context.pathParam("index"));
            var attempt = context.queryParam("attempt");
            boolean known = run != null
                    && index >= 0
                    && index < run.size()
                    && (attempt == null
                            || attempt.equals("latest")
                            || run.task(index).attempt(number(attempt)) != null);
            return (known ? page : missing).serve(context, request);
        };
    }

    /** For who writes an address by hand: to the page of the task of that name. */
    private HttpService taskByName() {
        var missing = missing();
        return (context, request) -> {
            var run = run(context);
            var name = String.valueOf(context.pathParam("name"));
            for (int i = 0; run != null && i < run.size(); i++) {
                if (run.facts(i).name().equals(name)) {
                    return HttpResponse.ofRedirect(
                            "/runs/" + context.pathParam("project") + "/" + run.number() + "/tasks/" + i);
                }
            }
            return missing.serve(context, request);
        };
    }

    private @Nullable RunState run(ServiceRequestContext context) {
        return projection.run(String.valueOf(context.pathParam("project")), number(context.pathParam("number")));
    }

    /** @return -1 if it is none */
    private static int number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }

    private boolean isForgotten(ServiceRequestContext context) {
        return projection.isForgotten(
                String.valueOf(context.pathParam("project")), number(context.pathParam("number")));
    }

    private HttpService missing() {
        var unknown = answer("missing.html", HttpStatus.NOT_FOUND);
        var forgotten = answer("forgotten.html", HttpStatus.GONE);
        return (context, request) -> (isForgotten(context) ? forgotten : unknown).serve(context, request);
    }

    /** For a browser that asks for what no service has. */
    public static AggregatedHttpResponse notHere() {
        try (var in = LOADER.getResourceAsStream(FILES + "missing.html")) {
            var headers = ResponseHeaders.builder(HttpStatus.NOT_FOUND)
                    .contentType(MediaType.HTML_UTF_8)
                    .add(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
                    .add(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                    .build();
            return AggregatedHttpResponse.of(headers, HttpData.wrap(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read missing.html", e);
        }
    }

    private static HttpService answer(String name, HttpStatus status) {
        // Without a tag, as "not modified" would be no answer.
        var page = builder(name).entityTag(false).lastModified(false).build().asService();
        return (context, request) -> HttpResponse.of(page.serve(context, request)
                .aggregate()
                .thenApply(found -> HttpResponse.of(
                        found.headers().toBuilder().status(status).build(), found.content())));
    }

    private static HttpService file(String name) {
        return builder(name).build().asService();
    }

    private static HttpFileBuilder builder(String name) {
        return HttpFile.builder(LOADER, FILES + name)
                .cacheControl(ServerCacheControl.REVALIDATED)
                .setHeader(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
                .setHeader(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .setHeader(HttpHeaderNames.REFERRER_POLICY, "same-origin");
    }

    private static HttpService files(String directory) {
        return FileService.builder(LOADER, directory)
                .cacheControl(ServerCacheControl.REVALIDATED)
                .setHeader(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .build();
    }

    /** The WebJar's files are below a directory with its version. */
    private static String litHtmlVersion() {
        try (var in = LOADER.getResourceAsStream("META-INF/maven/org.webjars.npm/lit-html/pom.properties")) {
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the version of lit-html", e);
        }
    }
}
