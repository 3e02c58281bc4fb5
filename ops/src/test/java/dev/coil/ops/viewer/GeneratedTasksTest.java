package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.codec.Codec;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run whose tasks come while it is looked at, against a whole node. */
class GeneratedTasksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private EmbeddedNode node;
    private Browser browser;

    @BeforeEach
    void start() {
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withSlots(4));
        browser = Browser.start(directory.resolve("profile"));
        browser.look(1280, 900, false);
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    private void submit(String graph) throws Exception {
        var body = Map.of("project", "live", "graph", Map.of("file", ".coil.yml", "text", graph));
        var request = HttpRequest.newBuilder(node.url().resolve("/api/v1/runs"))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofByteArray(Codec.MAPPER.writeValueAsBytes(body)))
                .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private String status(int task) {
        return String.valueOf(
                browser.run("return document.querySelector(`[data-task='${arguments[0]}']`)?.dataset.status", task));
    }

    @Test
    void shouldShowNewTasksAsTheyComeWithoutLoadingThePageAgain() throws Exception {
        var gate = directory.resolve("gate");
        submit("""
                defaults: {checkout: false}
                tasks:
                  plan:
                    run: |
                      while [ ! -e %s ]; do sleep 0.1; done
                      echo 'tasks: {a: {run: "true"}, b: {needs: a, run: "exit 3"}}' > more.yml
                    generates: more.yml
                  after: {needs: [{generated-by: plan}], run: "true"}
                """.formatted(gate));
        await().atMost(PATIENCE).until(() -> {
            browser.open(node.url().resolve("/runs/live/1"));
            return !browser.text("h1").equals("Nothing here");
        });
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(status(0)).isEqualTo("running"));
        assertThat(browser.count("[data-task]")).isEqualTo(2);
        browser.run("window.loaded = 'once'");
        browser.forgetErrors();

        Files.createFile(gate);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(status(2)).isEqualTo("success");
            assertThat(status(3)).isEqualTo("failure");
            assertThat(status(1)).isEqualTo("skipped");
        });
        assertThat(browser.run("return window.loaded")).isEqualTo("once");
        assertThat(browser.text("[aria-label=plan]")).contains("a", "b", "2/2");
        assertThat(browser.text(".problems")).contains("plan/b", "exit code 3");
        assertThat(browser.text(".tools button")).contains("4");
        browser.assertNoErrors();
    }

    @Test
    void shouldNameTheGeneratedTaskThatIsWaitedFor() throws Exception {
        submit("""
                defaults: {checkout: false}
                tasks:
                  plan:
                    run: |
                      echo 'tasks: {a: {run: "true"}, b: {run: "while [ ! -e %s ]; do sleep 0.1; done"}}' > more.yml
                    generates: more.yml
                  after: {needs: [{generated-by: plan}], run: "true"}
                """.formatted(directory.resolve("gate")));
        await().atMost(PATIENCE).until(() -> {
            browser.open(node.url().resolve("/runs/live/1"));
            return !browser.text("h1").equals("Nothing here");
        });

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(String.valueOf(browser.run(
                        "return document.querySelector(`[data-task='1']`)?.outerHTML + document.body.innerText")))
                .containsPattern("needs plan/[ab]"));
        Files.createFile(directory.resolve("gate"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(status(1)).isEqualTo("success"));
    }
}
