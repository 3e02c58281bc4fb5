package dev.coil.viewer.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {

    private static final int MOST = 100_000;

    @TempDir
    private Path temporary;

    private @Nullable FileChannel file;

    @AfterEach
    void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private Region region(Path tar) throws IOException {
        close();
        file = FileChannel.open(tar);
        return new Region(file, 0, file.size());
    }

    private Tree tree(byte[] tar) throws IOException {
        return TarReader.read(region(Files.write(temporary.resolve("a.tar"), tar)), MOST);
    }

    private static String content(Region region, Tree tree, String path) throws IOException {
        var entry = tree.find(path);
        assertThat(entry).as(path).isNotNull();
        try (var in = region.stream(((Entry.Place.Plain) entry.place()).at(), entry.bytes())) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax", "ustar", "v7"})
    void shouldReadWhatTheTarProgramWrites(String format) throws Exception {
        var deep = "d".repeat(60) + "/" + "e".repeat(60);
        var root = Files.createDirectories(temporary.resolve("root"));
        Files.writeString(root.resolve("b"), "content of b");
        if (!format.equals("v7")) {
            Files.createDirectories(root.resolve(deep));
            Files.writeString(root.resolve(deep).resolve("größe"), "deep");
        }
        Files.createLink(root.resolve("hard"), root.resolve("b"));
        Files.createSymbolicLink(root.resolve("soft"), Path.of("../elsewhere"));
        var archive = temporary.resolve("a.tar");
        var tar = new ProcessBuilder("tar", "-c", "--format=" + format, "-f", archive.toString(), "-C", root + "", ".")
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();

        var region = region(archive);
        var tree = TarReader.read(region, MOST);

        assertThat(content(region, tree, "b")).isEqualTo("content of b");
        assertThat(content(region, tree, "hard")).isEqualTo("content of b");
        assertThat(tree.find("soft")).isEqualTo(Entry.link("soft", "../elsewhere"));
        if (!format.equals("v7")) {
            assertThat(content(region, tree, deep + "/größe")).isEqualTo("deep");
            assertThat(tree.directory("d".repeat(60) + "/").keySet()).containsExactly("e".repeat(60));
        }
    }

    @Test
    void shouldLeaveOutWhatLeadsOutOfTheArchive() throws IOException {
        var tree = tree(new Tars()
                .directory("./")
                .file("../up", "x")
                .file("/etc/passwd", "x")
                .link("hard", "/etc/passwd", true)
                .file("in", "x")
                .plain());

        assertThat(tree.directory("").keySet()).containsExactly("hard", "in");
        assertThat(tree.find("hard").kind()).isEqualTo(Entry.Kind.LINK);
        assertThat(tree.leftOut()).isEqualTo(2);
    }

    @Test
    void shouldTakeTheLastOfTwoEntriesOfAName() throws IOException {
        var tar = new Tars().file("f", "first").file("f", "the last").plain();
        var region = region(Files.write(temporary.resolve("a.tar"), tar));

        assertThat(content(region, TarReader.read(region, MOST), "f")).isEqualTo("the last");
    }

    @Test
    void shouldRefuseMoreThanItReads() throws IOException {
        var tar = new Tars().file("a", "").file("b", "").file("c", "").plain();
        var region = region(Files.write(temporary.resolve("a.tar"), tar));

        assertThatThrownBy(() -> TarReader.read(region, 2)).hasMessageContaining("more than 2 entries");
    }

    @Test
    void shouldLeaveOutADirectoryOfDirectoriesWithoutEnd() throws IOException {
        var tar = new Tars()
                .file("a/".repeat(3_000) + "f", "")
                .file("b/".repeat(199) + "f", "deep")
                .plain();
        var region = region(Files.write(temporary.resolve("a.tar"), tar));

        var tree = TarReader.read(region, 5_000);

        assertThat(tree.leftOut()).isEqualTo(1);
        assertThat(content(region, tree, "b/".repeat(199) + "f")).isEqualTo("deep");
    }

    @Test
    void shouldRefuseWhatIsNoTar() {
        assertThatThrownBy(() -> tree("x".repeat(1024).getBytes(UTF_8))).hasMessage("is no tar archive, or is damaged");
    }

    @Test
    void shouldFindNothingInAnEmptyOne() throws IOException {
        assertThat(tree(new Tars().plain()).directory("")).isEmpty();
    }

    /** Whatever is wrong with it, nobody may be told anything but that it is damaged. */
    @Test
    void shouldTakeAnyDamageForDamage() throws IOException {
        var whole = new Tars()
                .file("n".repeat(150), "content")
                .link("soft", "t".repeat(150), false)
                .file("f", "x")
                .plain();
        var random = new Random(11);
        for (int i = 0; i < 3_000; i++) {
            var damaged = ByteBuffer.wrap(whole.clone());
            int block = random.nextInt(whole.length / 512) * 512;
            damaged.put(block + random.nextInt(512), (byte) random.nextInt());
            sum(damaged, block);
            try {
                tree(damaged.array());
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("Exception");
            }
        }
    }

    /** As the damage would otherwise be found by the sum alone. */
    private static void sum(ByteBuffer tar, int block) {
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : Byte.toUnsignedInt(tar.get(block + i));
        }
        tar.put(block + 148, String.format("%06o\0 ", sum).getBytes(UTF_8));
    }
}
