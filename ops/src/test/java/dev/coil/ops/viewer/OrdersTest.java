package dev.coil.ops.viewer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.codec.Codec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The pages' buttons, against a whole node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrdersTest {

    /** Two tasks that go on until they are told to end, one that fails, and one that needs it. */
    private static final String GRAPH = """
            tasks:
              a: {run: sleep 600, checkout: false}
              b: {run: sleep 600, checkout: false}
              c: {run: nosuchtool, checkout: false}
              d: {run: "true", checkout: false, needs: [c]}
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private EmbeddedNode node;
    private Browser browser;

    @BeforeAll
    void start(@TempDir Path directory) {
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withSlots(12));
        browser = Browser.start(directory.resolve("profile"));
        browser.look(1280, 900, false);
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    private static ConditionFactory awaitNode() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private URI submit(String project) throws Exception {
        var body = Map.of("project", project, "graph", Map.of("file", ".coil.yml", "text", GRAPH));
        var request = HttpRequest.newBuilder(node.url().resolve("/api/v1/runs"))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofByteArray(Codec.MAPPER.writeValueAsBytes(body)))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
        return node.url().resolve("/runs/" + project + "/1");
    }

    private void openRun(URI page) {
        awaitNode().until(() -> {
            browser.open(page);
            return !browser.text("h1").equals("Nothing here");
        });
        awaitNode().untilAsserted(() -> {
            assertThat(status(0)).isEqualTo("running");
            assertThat(status(1)).isEqualTo("running");
            assertThat(status(2)).isEqualTo("failure");
        });
        browser.forgetErrors();
    }

    private String status(int task) {
        return String.valueOf(
                browser.run("return document.querySelector(`[data-task='${arguments[0]}']`)?.dataset.status", task));
    }

    private void click(String order) {
        browser.run("document.querySelector(`[data-order='${arguments[0]}']`).click()", order);
    }

    @Test
    void shouldCancelATaskAndRetryWhatFailedAndThenCancelTheRun() throws Exception {
        openRun(submit("orders"));

        click("cancel 0");
        awaitNode().untilAsserted(() -> assertThat(status(0)).isEqualTo("cancelled"));
        assertThat(status(1)).isEqualTo("running");

        click("retry 2");
        awaitNode().untilAsserted(() -> assertThat(browser.text("[data-task='2'] sup"))
                .isEqualTo("2"));
        awaitNode().untilAsserted(() -> assertThat(status(2)).isEqualTo("failure"));
        assertThat(status(0)).isEqualTo("cancelled");

        click("retry run");
        awaitNode().untilAsserted(() -> assertThat(status(0)).isEqualTo("running"));

        click("ask");
        awaitNode().untilAsserted(() -> assertThat(browser.text(".asking")).contains("not finished"));
        click("keep");
        awaitNode().untilAsserted(() -> assertThat(browser.count(".asking")).isZero());
        assertThat(status(1)).isEqualTo("running");
        click("ask");
        awaitNode().untilAsserted(() -> assertThat(browser.count(".asking")).isEqualTo(1));
        click("cancel run");
        awaitNode().untilAsserted(() -> {
            assertThat(status(0)).isEqualTo("cancelled");
            assertThat(status(1)).isEqualTo("cancelled");
        });
        awaitNode().untilAsserted(() -> assertThat(browser.count("[data-order=ask]"))
                .isZero());
        browser.assertNoErrors();
    }

    /** To run it again alone would skip it again. */
    @Test
    void shouldRetryWhatASkippedTaskNeedsFromThePageOfThat() throws Exception {
        var run = submit("skipped");
        openRun(run);
        browser.open(URI.create(run + "/tasks/3"));
        awaitNode().untilAsserted(() -> assertThat(browser.text("[data-order='retry 2']"))
                .isEqualTo("Retry c"));
        assertThat(browser.count("[data-order='retry 3']")).isZero();

        click("retry 2");

        openRun(run);
        awaitNode().untilAsserted(() -> assertThat(browser.text("[data-task='2'] sup"))
                .isEqualTo("2"));
    }

    @Test
    void shouldSayInWordsWhyAnOrderIsRefused() throws Exception {
        openRun(submit("refused"));
        // As if the task had ended a moment before the click.
        browser.run("const real = fetch; window.fetch = (url, options) => options?.method === 'POST'"
                + " ? real(url, {...options, body: '{\"task\": 2}'}) : real(url, options)");

        click("cancel 0");

        awaitNode().untilAsserted(() -> assertThat(browser.text(".refusal"))
                .contains("Cancel: ")
                .contains("ended"));
        awaitNode().untilAsserted(() -> assertThat(
                        browser.run("return document.querySelector(`[data-order='cancel 0']`).disabled"))
                .isEqualTo(false));
        assertThat(status(0)).isEqualTo("running");
        browser.forgetErrors();
    }

    @Test
    void shouldNotLetAFormOfAForeignPageCancelARun() throws Exception {
        openRun(submit("foreign"));
        var cancel = node.url().resolve("/api/v1/projects/foreign/runs/1/cancel");
        var foreign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        foreign.createContext("/", exchange -> {
            var page = ("<form method=post enctype=text/plain action=" + cancel
                            + "><input name='{\"reason\":\"' value='\"}'></form>")
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().add("content-type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        foreign.start();
        try {
            browser.open(URI.create("http://127.0.0.1:" + foreign.getAddress().getPort() + "/"));
            browser.run("document.forms[0].submit()");
            awaitNode().untilAsserted(() -> assertThat(browser.text("body")).contains("may not change anything here"));
        } finally {
            foreign.stop(0);
        }
        browser.forgetErrors();

        openRun(node.url().resolve("/runs/foreign/1"));
    }
}
