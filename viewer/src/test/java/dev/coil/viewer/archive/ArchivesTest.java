package dev.coil.viewer.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {

    private static final long MIB = 1L << 20;

    @TempDir
    private Path directory;

    private final Map<String, byte[]> kept = new HashMap<>();
    private final AtomicInteger fetched = new AtomicInteger();
    private Archives archives;

    @BeforeEach
    void start() throws IOException {
        archives = archives(new ArchiveLimits(50_000, 16 << 20, 4 * MIB, 16 * MIB, 60_000));
    }

    private Archives archives(ArchiveLimits limits) throws IOException {
        return new Archives(
                digest -> {
                    fetched.incrementAndGet();
                    return kept.containsKey(digest) ? new ByteArrayInputStream(kept.get(digest)) : null;
                },
                directory,
                limits);
    }

    private String read(String digest, String path) throws IOException {
        try (var archive = archives.open(digest);
                var in = archive.read(path)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private List<String> names(String digest, String path) throws IOException {
        try (var archive = archives.open(digest)) {
            return List.copyOf(archive.directory(path).entries().keySet());
        }
    }

    @Test
    void shouldGoOnIntoAZip() throws IOException {
        var zip = new Zips().file("index.html", "<h1>").file("log/1.txt", "one").bytes();
        kept.put(
                "a",
                new Tars()
                        .directory("./")
                        .file("./out/report.wwz", zip)
                        .file("README", "r")
                        .packed());

        assertThat(names("a", "")).containsExactly("README", "out");
        assertThat(names("a", "out/")).containsExactly("report.wwz");
        assertThat(names("a", "out/report.wwz/")).containsExactly("index.html", "log");
        assertThat(names("a", "out/report.wwz/log/")).containsExactly("1.txt");
        assertThat(read("a", "out/report.wwz/log/1.txt")).isEqualTo("one");
        assertThat(read("a", "README")).isEqualTo("r");
        try (var archive = archives.open("a")) {
            assertThat(archive.find("out/report.wwz").bytes()).isEqualTo(zip.length);
            assertThat(archive.read("out/report.wwz")).hasBinaryContent(zip);
            assertThat(archive.find("out/report.wwz/none")).isNull();
            assertThat(archive.directory("none/")).isNull();
        }
    }

    @Test
    void shouldFetchAnArchiveOnce() throws IOException {
        kept.put("a", new Tars().file("f", "x").packed());

        for (int i = 0; i < 3; i++) {
            read("a", "f");
        }

        assertThat(fetched).hasValue(1);
    }

    @Test
    void shouldFetchAnArchiveOnceForAllWhoWantIt() throws IOException {
        kept.put("a", new Tars().file("f", "x".repeat(1_000_000)).packed());

        var all = IntStream.range(0, 16)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return read("a", "f");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList();

        assertThat(all).allSatisfy(one -> assertThat(one.join()).hasSize(1_000_000));
        assertThat(fetched).hasValue(1);
    }

    @Test
    void shouldSayThatAnArchiveIsNotKept() throws IOException {
        assertThat(archives.open("gone")).isNull();
    }

    @Test
    void shouldRefuseAnArchiveThatUnpacksToMoreThanItMay() throws IOException {
        kept.put("bomb", Tars.pack(new byte[5 << 20]));

        assertThatThrownBy(() -> archives.open("bomb"))
                .isInstanceOf(Unreadable.class)
                .hasMessageStartingWith("is larger than 4 MiB when it is unpacked");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldRefuseWhatIsNotPacked() throws IOException {
        kept.put("plain", "echo hello".getBytes(UTF_8));
        kept.put("cut", java.util.Arrays.copyOf(new Tars().file("f", "x").packed(), 40));

        for (var digest : kept.keySet()) {
            assertThatThrownBy(() -> archives.open(digest)).hasMessage("is no gzip-compressed archive, or is damaged");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldMakeRoomForAnotherOne() throws IOException {
        for (int i = 0; i < 8; i++) {
            kept.put("a" + i, new Tars().file("f", "x".repeat(3 << 20)).packed());
            read("a" + i, "f");
            read("a0", "f");
        }

        try (var files = Files.list(directory)) {
            var left = files.map(file -> file.getFileName().toString()).sorted().toList();
            assertThat(left).contains("a0", "a7").doesNotContain("a1", "a2", "a3");
        }
    }

    @Test
    void shouldGoOnReadingWhatMadeRoom() throws IOException {
        kept.put("a", new Tars().file("f", "x".repeat(3 << 20)).packed());
        try (var archive = archives.open("a");
                var in = archive.read("f")) {
            in.read();
            Files.delete(directory.resolve("a"));

            assertThat(in.readAllBytes()).hasSize((3 << 20) - 1);
        }
        assertThat(read("a", "f")).hasSize(3 << 20);
    }

    @Test
    void shouldBeginAnew() throws IOException {
        kept.put("a", new Tars().file("f", "x").packed());
        read("a", "f");
        Files.writeString(directory.resolve("b.part"), "half of it");

        archives(ArchiveLimits.STANDARD);

        assertThat(directory).isEmptyDirectory();
    }

    /** What Soil keeps of a run of its tests: a page for each of 22,000. Printed for docs/benchmarks.md. */
    @Test
    void shouldBeQuickWithAsManyEntriesAsSoilHas() throws IOException {
        var zip = new Zips();
        var page = "<p>what a test printed</p>\n".repeat(40);
        for (int i = 0; i < 22_000; i++) {
            zip.file("tests/" + i + "/log.html", page + i);
        }
        kept.put("a", new Tars().file("run.wwz", zip.bytes()).packed());
        long from = System.nanoTime();
        assertThat(names("a", "run.wwz/tests/")).hasSize(22_000);
        long first = System.nanoTime();
        var some = new ArrayList<String>();
        for (int i = 0; i < 1_000; i++) {
            some.add(read("a", "run.wwz/tests/" + i * 21 + "/log.html"));
        }
        long then = System.nanoTime();

        assertThat(some.get(999)).isEqualTo(page + 20_979);
        System.out.printf(
                "a zip of 22,000 entries, %d KiB: first look %d ms, an entry %d µs%n",
                kept.get("a").length >> 10, (first - from) / 1_000_000, (then - first) / 1_000_000);
        assertThat(first - from).isLessThan(5_000_000_000L);
    }
}
