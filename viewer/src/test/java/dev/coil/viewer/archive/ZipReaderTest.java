package dev.coil.viewer.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipReaderTest {

    private static final int MOST = 100_000;
    private static final int DIRECTORY = 16 << 20;

    @TempDir
    private Path temporary;

    private @Nullable FileChannel file;

    @AfterEach
    void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private Region region(byte[] zip) throws IOException {
        close();
        file = FileChannel.open(Files.write(temporary.resolve("a.zip"), zip));
        return new Region(file, 0, zip.length);
    }

    private Tree tree(byte[] zip) throws IOException {
        return ZipReader.read(region(zip), MOST, DIRECTORY);
    }

    private String content(byte[] zip, String path) throws IOException {
        var region = region(zip);
        var entry = ZipReader.read(region, MOST, DIRECTORY).find(path);
        assertThat(entry).as(path).isNotNull();
        try (var in = ZipReader.open(region, (Entry.Place.Zipped) entry.place(), entry.bytes())) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Test
    void shouldFindFilesByDirectory() throws IOException {
        var tree = tree(new Zips()
                .file("index.html", "<p>")
                .file("log/b.txt", "b")
                .file("log/a.txt", "aa")
                .bytes());

        assertThat(tree.directory("").keySet()).containsExactly("index.html", "log");
        assertThat(tree.directory("log/").keySet()).containsExactly("a.txt", "b.txt");
        assertThat(tree.find("log").kind()).isEqualTo(Entry.Kind.DIRECTORY);
        assertThat(tree.find("log/a.txt").bytes()).isEqualTo(2);
        assertThat(tree.directory("log")).isNull();
        assertThat(tree.find("log/")).isNull();
    }

    @Test
    void shouldReadWhatIsDeflatedAndWhatIsNot() throws IOException {
        var large = "abc".repeat(100_000);
        var zip = new Zips()
                .file("packed", large)
                .stored("plain", "as it is")
                .file("empty", "")
                .bytes();

        assertThat(content(zip, "packed")).isEqualTo(large);
        assertThat(content(zip, "plain")).isEqualTo("as it is");
        assertThat(content(zip, "empty")).isEmpty();
    }

    @Test
    void shouldReadTheLargeFormOfAZip() throws IOException {
        var zip = new Zips(Zip64Mode.Always)
                .file("d/f", "content")
                .stored("s", "x")
                .bytes();

        assertThat(content(zip, "d/f")).isEqualTo("content");
        assertThat(content(zip, "s")).isEqualTo("x");
    }

    @Test
    void shouldReadAZipThatBeginsWithAProgram() throws IOException {
        var zip = new ByteArrayOutputStream();
        zip.writeBytes("#!/bin/sh\nexec unzip\n".getBytes(UTF_8));
        zip.writeBytes(new Zips().file("f", "content").bytes());

        assertThat(content(zip.toByteArray(), "f")).isEqualTo("content");
    }

    @Test
    void shouldReadNamesThatAreNotAscii() throws IOException {
        assertThat(content(new Zips().file("größe/日本.txt", "x").bytes(), "größe/日本.txt"))
                .isEqualTo("x");
    }

    @Test
    void shouldLeaveOutWhatLeadsOutOfTheZip() throws IOException {
        var tree = tree(new Zips()
                .file("../../etc/passwd", "x")
                .file("/etc/shadow", "x")
                .file("a/../../b", "x")
                .file("./fine", "x")
                .bytes());

        assertThat(tree.leftOut()).isEqualTo(3);
        assertThat(tree.directory("").keySet()).containsExactly("fine");
        assertThat(tree.find("../../etc/passwd")).isNull();
        assertThat(tree.find("/etc/shadow")).isNull();
        assertThat(tree.directory("../")).isNull();
    }

    @Test
    void shouldNotTakeALinkForAFile() throws IOException {
        var tree = tree(new Zips().link("passwd", "/etc/passwd").bytes());

        assertThat(tree.find("passwd").kind()).isEqualTo(Entry.Kind.LINK);
        assertThat(tree.find("passwd").place()).isNull();
    }

    @Test
    void shouldSayThatAnEntryIsEncrypted() throws IOException {
        var zip = new Zips().file("secret", "x").bytes();
        var numbers = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int directory = numbers.getInt(zip.length - 22 + 16);
        numbers.putShort(directory + 8, (short) (numbers.getShort(directory + 8) | 1));

        assertThat(tree(zip).find("secret").place())
                .isEqualTo(new Entry.Place.Closed("is encrypted, and cannot be shown here"));
    }

    @Test
    void shouldGiveNoMoreOfAnEntryThanTheDirectorySays() throws IOException {
        var zip = new Zips().file("bomb", "0".repeat(1 << 20)).bytes();
        var numbers = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int directory = numbers.getInt(zip.length - 22 + 16);
        numbers.putInt(directory + 24, 10);

        assertThat(content(zip, "bomb")).isEqualTo("0".repeat(10));
    }

    @Test
    void shouldRefuseWhatIsNoZip() {
        assertThatThrownBy(() -> tree(new byte[0])).isInstanceOf(Unreadable.class);
        assertThatThrownBy(() -> tree("hello".getBytes(UTF_8)))
                .hasMessage("is no zip, or is cut off: it has no directory at its end");
    }

    @Test
    void shouldRefuseMoreThanItReads() throws IOException {
        var zip = new Zips();
        for (int i = 0; i < 11; i++) {
            zip.file("f" + i, "");
        }
        var region = region(zip.bytes());

        assertThatThrownBy(() -> ZipReader.read(region, 10, DIRECTORY)).hasMessageContaining("more than 10 entries");
        assertThatThrownBy(() -> ZipReader.read(region, MOST, 100)).hasMessageContaining("at most 100 are read");
    }

    /** Whatever is wrong with it, nobody may be told anything but that it is damaged. */
    @Test
    void shouldTakeAnyDamageForDamage() throws IOException {
        var whole = new Zips(Zip64Mode.Always)
                .file("a/b", "content".repeat(20))
                .stored("c", "d")
                .bytes();
        var random = new Random(7);
        int read = 0;
        for (int i = 0; i < 3_000; i++) {
            var damaged = whole.clone();
            for (int j = 0; j <= i % 3; j++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            var region = region(damaged);
            try {
                var tree = ZipReader.read(region, MOST, DIRECTORY);
                for (var path : new String[] {"a/b", "c"}) {
                    var entry = tree.find(path);
                    if (entry != null && entry.place() instanceof Entry.Place.Zipped place) {
                        try (var in = ZipReader.open(region, place, entry.bytes())) {
                            in.transferTo(java.io.OutputStream.nullOutputStream());
                            read++;
                        }
                    }
                }
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("Exception");
            }
        }
        assertThat(read).isPositive();
    }
}
