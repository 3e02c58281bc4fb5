package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every page while a run is live. Leaves screenshots below {@code target/screenshots}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesTest {

    private static final int PHONE = 360;

    private final Map<String, String> pages = new LinkedHashMap<>();
    private ViewerNode node;
    private Browser browser;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = ViewerNode.start(directory);
        browser = Browser.start(directory.resolve("profile"));
        var story = new Story(node.teller());
        story.tell();
        pages.put("runs", "/");
        pages.put("run", "/runs/mylang/17");
        pages.put("log", "/runs/mylang/17/tasks/" + story.index("coverage"));
        pages.put("failed", "/runs/mylang/17/tasks/" + story.index("test/linux-s390x/2") + "#L3-L6");
        pages.put("retried", "/runs/mylang/17/tasks/" + story.index("test/linux-ppc64le/2"));
        pages.put("built", "/runs/mylang/17/tasks/" + story.index("build/linux-x86_64"));
        pages.put("waiting", "/runs/mylang/17/tasks/" + story.index("publish"));
        pages.put("workers", "/workers");
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    @Test
    void shouldShowEveryPageWideAndNarrowInLightAndDark() throws Exception {
        for (boolean dark : new boolean[] {false, true}) {
            for (int width : new int[] {1280, 390}) {
                for (var page : pages.entrySet()) {
                    browser.look(width, page.getKey().equals("run") ? 1_500 : 844, dark);
                    open(page.getValue());
                    var name =
                            page.getKey() + "-" + (width < 640 ? "narrow" : "wide") + "-" + (dark ? "dark" : "light");
                    browser.screenshot(Path.of("target/screenshots", name + ".png"));
                    assertThat(browser.run("return getComputedStyle(document.body).colorScheme + ' '"
                                    + " + getComputedStyle(document.body).backgroundColor"))
                            .as("background of " + name)
                            .isEqualTo(dark ? "light dark rgb(15, 18, 22)" : "light dark rgb(246, 247, 249)");
                }
            }
        }
        browser.assertNoErrors();
    }

    @Test
    void shouldFitAPhoneWithoutScrollingSideways() {
        browser.look(PHONE, 740, false);
        for (var page : pages.values()) {
            open(page);
            assertThat(((Number) browser.run("return document.documentElement.scrollWidth")).intValue())
                    .as("width of " + page)
                    .isLessThanOrEqualTo(PHONE);
        }
        browser.assertNoErrors();
    }

    @Test
    void shouldLoadNothingFromElsewhere() {
        browser.look(1280, 900, false);
        for (var page : pages.values()) {
            open(page);
            assertThat(browser.run("return performance.getEntriesByType('resource').map(e => new URL(e.name).host)"
                            + ".filter(host => host !== location.host).length"))
                    .as("foreign requests of " + page)
                    .isEqualTo(0L);
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchRunOrAttempt() {
        browser.look(1280, 900, false);
        for (var page : List.of(
                "/runs/mylang/99",
                "/runs/mylang/99/build",
                "/runs/mylang/17/no/such/task",
                "/runs/mylang/17/tasks/999",
                pages.get("log") + "?attempt=7")) {
            for (int visit = 0; visit < 2; visit++) {
                browser.open(node.uri(page));
                assertThat(browser.text("h1")).as(page).isEqualTo("Nothing here");
            }
        }
        browser.forgetErrors();
    }

    @Test
    void shouldLeadFromTheNameOfATaskToItsPage() {
        open("/runs/mylang/17/tasks/3");
        var name = browser.text("h1");

        browser.open(node.uri("/runs/mylang/17/" + name));

        assertThat(name).isNotEmpty();
        assertThat(browser.run("return location.pathname")).isEqualTo("/runs/mylang/17/tasks/3");
    }

    @Test
    void shouldLeadToTheLatestRun() {
        for (var address : List.of("/runs/mylang/latest", "/runs/mylang/17/")) {
            browser.open(node.uri(address));
            assertThat(browser.run("return location.pathname").toString()).matches("/runs/mylang/\\d+");
        }
    }

    @Test
    void shouldLeadFromAProjectToItsRuns() {
        browser.open(node.uri("/runs/mylang"));

        assertThat(browser.run("return location.pathname + location.search")).isEqualTo("/?project=mylang");
    }

    @Test
    void shouldKeepWhatIsFilteredOverAReload() {
        open("/runs/mylang/17");
        browser.run("document.querySelector('[data-filter=passed]').click()");
        assertThat(browser.run("return location.search")).isEqualTo("?state=passed");

        open("/runs/mylang/17?state=passed");

        assertThat(browser.run("return document.querySelector('[data-filter=passed]').ariaPressed"))
                .isEqualTo("true");
    }

    private void open(String page) {
        browser.open(node.uri("/workers"));
        browser.open(node.uri(page));
        await().untilAsserted(() -> assertThat(browser.text("#link")).isEqualTo("live"));
        await().until(() -> !browser.text("#main").isBlank());
        if (page.contains("/tasks/") && !page.equals(pages.get("waiting")) && !page.equals(pages.get("retried"))) {
            await().until(() -> browser.count(".line") > 0);
        }
    }
}
