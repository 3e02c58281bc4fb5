package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.access.Door;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.node.Reach;
import dev.coil.protocol.access.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People come to the pages of a node that wants a key. */
class LoginTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    private EmbeddedNode node;
    private Browser browser;
    private Door operator;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        var home = directory.resolve("home");
        var reach = new Reach("127.0.0.1", 0, null, false, URI.create("http://ci.example.org"), false);
        node = EmbeddedNode.start(NodeConfig.defaults(home).withReach(reach).withoutWorker());
        operator = new Door(node.url(), node.running().operatorKey(home));
        browser = Browser.start(directory.resolve("profile"));
        Files.createDirectories(SCREENSHOTS);
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    private void enter(String field, String text) {
        browser.run(
                "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
                        + " field.dispatchEvent(new Event('input'));",
                field,
                text);
    }

    private void submit() {
        browser.run("document.querySelector('form button').click()");
    }

    private void awaitPage(String path) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> browser.run("return location.pathname + location.search"), path::equals);
    }

    @Test
    void shouldLetInWithATokenAndLeadToThePageThatWasWanted() throws Exception {
        browser.look(1280, 900, false);
        browser.open(node.url().resolve("/workers"));
        awaitPage("/login?to=%2Fworkers");
        browser.screenshot(SCREENSHOTS.resolve("login-light.png"));
        browser.look(400, 800, true);
        browser.screenshot(SCREENSHOTS.resolve("login-narrow-dark.png"));
        browser.look(1280, 900, true);

        enter("key", "coil_key_" + "0".repeat(64));
        submit();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(browser.text("#wrong")).contains("this key is not known here"));
        browser.screenshot(SCREENSHOTS.resolve("login-wrong-dark.png"));
        browser.forgetErrors();

        enter("key", operator.token(Map.of("role", "viewer")));
        assertThat(browser.run("return document.getElementById('who').hidden")).isEqualTo(false);
        enter("name", "anna");
        browser.screenshot(SCREENSHOTS.resolve("login-token-dark.png"));
        submit();
        awaitPage("/workers");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(browser.text(".who")).contains("anna", "Log out"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(browser.text("#link")).isEqualTo("live"));
        browser.screenshot(SCREENSHOTS.resolve("logged-in-dark.png"));
        browser.look(400, 800, false);
        browser.screenshot(SCREENSHOTS.resolve("logged-in-narrow.png"));
        browser.assertNoErrors();

        browser.run("document.querySelector('.who button').click()");
        awaitPage("/login");
        browser.open(node.url().resolve("/runs/p/1"));
        awaitPage("/login?to=%2Fruns%2Fp%2F1");
    }

    @Test
    void shouldLeadNowhereElse() throws Exception {
        browser.look(1280, 900, false);
        browser.open(node.url().resolve("/login?to=//evil.example/x"));
        enter("key", operator.key());

        submit();

        awaitPage("/");
        assertThat(browser.run("return location.host")).isEqualTo(node.url().getAuthority());
    }

    @Test
    void shouldLeadToTheLoginAgainWhenTheKeyIsRemoved() throws Exception {
        var viewer = operator.enrolled(operator.token(Map.of("role", "viewer")), "anna");
        browser.look(1280, 900, false);
        browser.open(node.url().resolve("/login"));
        enter("key", viewer.key());
        submit();
        awaitPage("/");
        var id = Secret.id(new Secret(viewer.key()).digest());

        operator.send("DELETE", "/api/v1/access/keys/" + id, null);
        browser.open(node.url().resolve("/workers"));

        awaitPage("/login?to=%2Fworkers");
    }
}
