package dev.coil.worker.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {

    @TempDir
    Path temp;

    private Path from;
    private Path to;
    private final List<String> notes = new ArrayList<>();

    @BeforeEach
    void makeDirectories() throws IOException {
        from = Files.createDirectory(temp.resolve("from"));
        to = Files.createDirectory(temp.resolve("to"));
    }

    private Packing.Packed pack(String name) throws IOException {
        return Packing.directory(from, temp.resolve(name), Eyes.OWN, notes::add);
    }

    private void unpack(Packing.Packed packed) throws IOException {
        try (var in = Files.newInputStream(packed.file())) {
            Unpacking.unpack(in, to);
        }
    }

    @Test
    void shouldBringBackModesLinksAndTimesBelowTheSecond() throws IOException {
        var file =
                Files.writeString(Files.createDirectories(from.resolve("bin")).resolve("tool"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
        var time = FileTime.from(Instant.parse("2024-02-29T12:34:56.1234567Z"));
        Files.setLastModifiedTime(file, time);
        Files.createSymbolicLink(from.resolve("link"), Path.of("bin/tool"));
        Files.createDirectory(from.resolve("empty"));
        Files.setLastModifiedTime(from.resolve("bin"), time);

        var packed = pack("a.tar.gz");
        unpack(packed);

        var copy = to.resolve("bin/tool");
        assertThat(copy).hasContent("#!/bin/sh\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rwxr-x--x");
        assertThat(Files.getLastModifiedTime(copy)).isEqualTo(time);
        assertThat(Files.getLastModifiedTime(to.resolve("bin"))).isEqualTo(time);
        assertThat(Files.readSymbolicLink(to.resolve("link"))).isEqualTo(Path.of("bin/tool"));
        assertThat(to.resolve("empty")).isEmptyDirectory();
        assertThat(packed.files()).isEqualTo(2);
    }

    @Test
    void shouldMakeTheSameBytesOfTheSameFiles() throws IOException {
        for (var name : List.of("b", "a", "c/d", "c-e")) {
            var file = from.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        }
        Files.setLastModifiedTime(from.resolve("c"), FileTime.fromMillis(1_000));

        assertThat(pack("1.tar.gz").sha256()).isEqualTo(pack("2.tar.gz").sha256());
    }

    @Test
    void shouldKeepLongAndForeignNames() throws IOException {
        var name = "ü".repeat(60) + "/" + "n".repeat(200) + "/日本 語.txt";
        Files.createDirectories(from.resolve(name).getParent());
        Files.writeString(from.resolve(name), "x");

        unpack(pack("a.tar.gz"));

        assertThat(to.resolve(name)).hasContent("x");
    }

    @Test
    void shouldKeepDirectoriesThatNobodyMayWriteTo() throws IOException {
        var sealed = Files.createDirectory(from.resolve("sealed"));
        Files.writeString(sealed.resolve("file"), "x");
        Files.setPosixFilePermissions(sealed, PosixFilePermissions.fromString("r-xr-xr-x"));

        unpack(pack("a.tar.gz"));

        assertThat(to.resolve("sealed/file")).hasContent("x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to.resolve("sealed"))))
                .isEqualTo("r-xr-xr-x");
        for (var directory : List.of(sealed, to.resolve("sealed"))) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void shouldSayWhatItLeavesOut() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", from.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();

        assertThat(pack("a.tar.gz").files()).isZero();

        assertThat(notes).singleElement().asString().contains("pipe");
    }

    @Test
    void shouldUnpackOverWhatIsThere() throws IOException {
        Files.writeString(from.resolve("file"), "new");
        Files.writeString(to.resolve("file"), "old and longer");
        Files.writeString(to.resolve("other"), "stays");

        unpack(pack("a.tar.gz"));

        assertThat(to.resolve("file")).hasContent("new");
        assertThat(to.resolve("other")).hasContent("stays");
    }

    @Test
    void shouldRefuseNamesThatLeadOut() throws IOException {
        for (var name : List.of("../evil", "a/../../evil", "/tmp/evil")) {
            assertThatThrownBy(() -> Unpacking.unpack(archive(file(name)), to))
                    .as(name)
                    .hasMessageContaining("outside the directory");
        }
        assertThat(temp.resolve("evil")).doesNotExist();
    }

    @Test
    void shouldNotWriteThroughALinkThatTheArchiveBrought() {
        assertThatThrownBy(() -> Unpacking.unpack(archive(link("out", temp.toString()), file("out/evil")), to))
                .hasMessageContaining("outside the directory");
        assertThat(temp.resolve("evil")).doesNotExist();
    }

    @Test
    void shouldNotWriteThroughALinkThatWasThere() throws IOException {
        Files.createSymbolicLink(to.resolve("out"), temp);

        assertThatThrownBy(() -> Unpacking.unpack(archive(file("out/evil")), to))
                .hasMessageContaining("outside the directory");
        assertThat(temp.resolve("evil")).doesNotExist();
    }

    @Test
    void shouldReplaceALinkInsteadOfWritingToItsTarget() throws IOException {
        var victim = Files.writeString(temp.resolve("victim"), "safe");
        Unpacking.unpack(archive(link("file", victim.toString()), file("file")), to);

        assertThat(victim).hasContent("safe");
        assertThat(Files.isRegularFile(to.resolve("file"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void shouldRefuseHardLinksAndDevices() {
        var hard = new TarArchiveEntry("hard", TarConstants.LF_LINK);
        hard.setLinkName("/etc/passwd");
        var device = new TarArchiveEntry("null", TarConstants.LF_CHR);

        for (var entry : List.of(hard, device)) {
            assertThatThrownBy(() -> Unpacking.unpack(archive(entry), to)).hasMessageContaining(entry.getName());
        }
    }

    /** Ten million zeros are ten thousand bytes on the way. */
    @Test
    void shouldStopUnpackingWhatIsMuchLargerThanItLooks() throws IOException {
        var bomb = new TarArchiveEntry("zeros");
        bomb.setSize(10_000_000);
        var packed = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(packed))) {
            tar.putArchiveEntry(new TarArchiveEntry("first/"));
            tar.closeArchiveEntry();
            tar.putArchiveEntry(bomb);
            tar.write(new byte[10_000_000]);
            tar.closeArchiveEntry();
        }
        assertThat(packed.size()).isLessThan(20_000);
        var few = new Unpacking.Allowance(5_000_000);

        assertThatThrownBy(() -> Unpacking.unpack(new ByteArrayInputStream(packed.toByteArray()), to, few))
                .isInstanceOf(Unpacking.TooMuch.class)
                .hasMessage("more than 4.8 MiB would be unpacked");

        assertThat(to.resolve("first")).isDirectory();
        assertThat(to.resolve("zeros")).doesNotExist();
    }

    /** Empty files take up room as well. */
    @Test
    void shouldCountFilesThatAreEmpty() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(packed))) {
            for (int i = 0; i < 2_000; i++) {
                tar.putArchiveEntry(new TarArchiveEntry("f" + i));
                tar.closeArchiveEntry();
            }
        }
        var few = new Unpacking.Allowance(1_000_000);

        assertThatThrownBy(() -> Unpacking.unpack(new ByteArrayInputStream(packed.toByteArray()), to, few))
                .isInstanceOf(Unpacking.TooMuch.class);
    }

    @Test
    void shouldNotBringSetUserBits() throws IOException {
        var entry = file("tool");
        entry.setMode(04755);

        Unpacking.unpack(archive(entry), to);

        assertThat((int) Files.getAttribute(to.resolve("tool"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    private static TarArchiveEntry file(String name) {
        return new TarArchiveEntry(name, true);
    }

    private static TarArchiveEntry link(String name, String target) {
        var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        return entry;
    }

    private static ByteArrayInputStream archive(TarArchiveEntry... entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), UTF_8.name())) {
            for (var entry : entries) {
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private void unpackTo(Packing.Packed packed, String target, boolean directory) throws IOException {
        try (var in = Files.newInputStream(packed.file())) {
            Unpacking.unpackTo(in, to.resolve(target), directory, new Unpacking.Allowance(1L << 30));
        }
    }

    @Test
    void shouldPutOneFileWhereCpWouldPutIt() throws IOException {
        var file = Files.writeString(from.resolve("tool"), "x");
        var packed = Packing.file(file, temp.resolve("one.tgz"), Eyes.OWN, notes::add);
        Files.createDirectory(to.resolve("there"));

        unpackTo(packed, "bin/renamed", false);
        unpackTo(packed, "new", true);
        unpackTo(packed, "there", false);

        assertThat(to.resolve("bin/renamed")).hasContent("x");
        assertThat(to.resolve("new/tool")).hasContent("x");
        assertThat(to.resolve("there/tool")).hasContent("x");
    }

    @Test
    void shouldPutADirectorysOneFileIntoADirectory() throws IOException {
        Files.writeString(from.resolve("tool"), "x");

        unpackTo(pack("a.tgz"), "out", false);

        assertThat(to.resolve("out/tool")).hasContent("x");
    }

    @Test
    void shouldArchiveWhatALinkToOneFileLeadsTo() throws IOException {
        Files.writeString(from.resolve("lib.so.1"), "x");
        var link = Files.createSymbolicLink(from.resolve("lib.so"), Path.of("lib.so.1"));

        unpackTo(Packing.file(link, temp.resolve("a.tgz"), Eyes.OWN, notes::add), "lib.so", false);

        assertThat(to.resolve("lib.so")).hasContent("x").isRegularFile();
    }
}
