package dev.coil.ops.viewer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The page of what lies in an artifact. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArtifactPageTest {

    private static final WorkerInfo WORKER =
            new WorkerInfo("build1", "w1", "i1", Attributes.of(Map.of("os", "linux")), 8, "0.1.0", 1, false);
    private static final String DIGEST = "ab".repeat(32);
    private static final int LOGS = 22_000;

    /** What a task would have to do to act as whoever looks at its page. */
    private static final String EVIL = "<title>untouched</title><link rel=stylesheet href=style.css><p id=p>hello</p>"
            + "<script>document.title = 'acted'; fetch('/api/v1/pauses', {method: 'POST', body: '{}'})</script>";

    private ViewerNode node;
    private Browser browser;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = ViewerNode.start(directory, new ArtifactRetention(0, Duration.ofDays(30)));
        browser = Browser.start(directory.resolve("profile"));
        var packed = archive();
        node.keep(DIGEST, packed);
        var run = node.teller()
                .run("site", 1, Source.none(), List.of(Teller.task("build docs", "docs")), System.currentTimeMillis());
        run.started(0, WORKER, System.currentTimeMillis());
        run.print(0, 1, 1, System.currentTimeMillis(), "made\n");
        var artifact = new StoredArtifact("docs", DIGEST, packed.length, 6);
        run.finished(0, 1, Outcome.SUCCESS, 0, System.currentTimeMillis(), artifact);
        run.finished(Outcome.SUCCESS, System.currentTimeMillis());
        long then = System.currentTimeMillis() - Duration.ofDays(31).toMillis();
        var old = node.teller().run("old", 1, Source.none(), List.of(Teller.task("make", "make")), then);
        old.started(0, WORKER, then);
        old.finished(0, 1, Outcome.SUCCESS, 0, then, artifact);
        old.finished(Outcome.SUCCESS, then);
        node.teller().flush();
        node.awaitRun("old#1", 0);
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    private static byte[] archive() throws IOException {
        var zip = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(zip)) {
            put(out, "index.html", "<h1>of the zip</h1>");
            for (int i = 0; i < LOGS; i++) {
                put(out, "logs/test-" + i + ".txt", "log of " + i);
            }
        }
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), UTF_8.name())) {
            put(tar, "README", "read <b>me</b>".getBytes(UTF_8));
            put(tar, "html/index.html", EVIL.getBytes(UTF_8));
            put(tar, "html/style.css", "p { color: rgb(1, 2, 3) }".getBytes(UTF_8));
            put(
                    tar,
                    "a long name with spaces & signs, which has to be broken somewhere on a phone.tar.gz",
                    new byte[4096]);
            put(tar, "report.wwz", zip.toByteArray());
            var link = new TarArchiveEntry("latest", TarConstants.LF_SYMLINK);
            link.setLinkName("html/index.html");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(UTF_8));
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private void open(String path) {
        browser.open(node.uri("/runs/site/1/tasks/0" + path));
    }

    private void click(String text) {
        await().until(() -> Boolean.TRUE.equals(browser.run(
                "const link = [...document.querySelectorAll('main a')].find((a) => a.innerText.startsWith(arguments[0]));"
                        + " link?.click(); return link !== undefined",
                text)));
    }

    private void shot(String name) throws IOException {
        browser.screenshot(Path.of("target", "screenshots", name + ".png"));
    }

    @Test
    void shouldLeadFromTheTaskToAFileInAZip() throws Exception {
        browser.look(1280, 800, false);
        open("");
        click("docs");
        await().untilAsserted(
                        () -> assertThat(browser.count(".entries tbody tr")).isEqualTo(5));
        assertThat(browser.text(".artifact-head .facts")).contains("5 entries", "Download all");
        shot("artifact");

        click("report.wwz");
        await().untilAsserted(() -> assertThat(browser.text(".place")).isEqualTo("docsreport.wwz"));
        await().untilAsserted(
                        () -> assertThat(browser.count(".entries tbody tr")).isEqualTo(3));
        click("logs");
        await().untilAsserted(() -> assertThat(browser.text(".facts")).contains("22,000 entries"));
        assertThat(browser.count(".entries tbody tr")).isEqualTo(1_001);
        assertThat(browser.text(".more")).isEqualTo("Show more: 21,000 are left");
        browser.run("document.querySelector('.more button').click()");
        await().untilAsserted(
                        () -> assertThat(browser.count(".entries tbody tr")).isEqualTo(2_001));
        browser.run("const field = document.querySelector('.artifact-head .field'); field.value = 'TEST-21999';"
                + " field.dispatchEvent(new Event('input'))");
        await().untilAsserted(() -> assertThat(browser.text(".facts")).contains("1 found"));
        shot("artifact-found");
        browser.assertNoErrors();

        click("test-21999.txt");
        await().untilAsserted(() -> assertThat(browser.text("body")).isEqualTo("log of 21999"));
    }

    @Test
    void shouldShowAPageOfATaskWithoutRunningIt() {
        browser.look(1280, 800, false);
        open("/artifacts/docs?attempt=1&path=html/");
        click("index.html");

        await().untilAsserted(() -> assertThat(browser.text("#p")).isEqualTo("hello"));
        assertThat(browser.run("return document.title")).isEqualTo("untouched");
        assertThat(browser.run("return self.origin")).isEqualTo("null");
        assertThat(browser.run("return getComputedStyle(document.getElementById('p')).color"))
                .isEqualTo("rgb(1, 2, 3)");
        browser.forgetErrors();
    }

    @Test
    void shouldFitOnAPhone() throws Exception {
        browser.look(390, 844, true);
        open("/artifacts/docs?attempt=latest");
        await().untilAsserted(
                        () -> assertThat(browser.count(".entries tbody tr")).isEqualTo(5));
        shot("artifact-phone");

        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(390L);
        browser.assertNoErrors();
        open("");
        await().untilAsserted(() -> assertThat(browser.count(".artifact")).isEqualTo(1));
        shot("artifact-phone-task");
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(390L);
    }

    @Test
    void shouldSayWhenAnArtifactExpired() throws Exception {
        browser.look(1280, 800, false);
        browser.open(node.uri("/runs/old/1/tasks/0"));
        await().untilAsserted(() -> assertThat(browser.text(".artifacts")).contains("docs expired on "));
        assertThat(browser.count(".artifacts a")).isZero();
        shot("artifact-expired");
        browser.assertNoErrors();

        browser.open(node.uri("/runs/old/1/tasks/0/artifacts/docs?attempt=1"));
        await().untilAsserted(() -> assertThat(browser.text(".refusal"))
                .startsWith("the artifact docs of make of old#1 expired on ")
                .endsWith(": run the task again to have it anew"));
        browser.forgetErrors();
    }

    @Test
    void shouldSayWhyThereIsNothingToShow() {
        open("/artifacts/none?attempt=1");
        await().untilAsserted(() -> assertThat(browser.text(".refusal"))
                .isEqualTo("build docs of site#1 has no artifact 'none' of attempt 1; it has docs"));
        open("/artifacts/docs?attempt=1&path=nowhere/");
        await().untilAsserted(() -> assertThat(browser.text(".refusal")).contains("has no directory 'nowhere/'"));
        browser.forgetErrors();
    }
}
