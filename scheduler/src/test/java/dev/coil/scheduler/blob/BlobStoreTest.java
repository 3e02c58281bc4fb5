package dev.coil.scheduler.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {

    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir
    private Path directory;

    private BlobStore store;

    @BeforeEach
    void open() throws IOException {
        store = new BlobStore(directory);
    }

    @Test
    void shouldNameABlobByItsContent() throws IOException {
        assertThat(store.put("hello".getBytes(UTF_8))).isEqualTo(HELLO);

        assertThat(store.find(HELLO))
                .hasValueSatisfying(file -> assertThat(file).hasContent("hello"));
        assertThat(directory.resolve("2c").resolve(HELLO)).exists();
    }

    @Test
    void shouldKeepABlobOnce() throws IOException {
        try (var first = store.upload();
                var second = store.upload()) {
            first.write("hello".getBytes(UTF_8), 0, 5);
            second.write("hello".getBytes(UTF_8), 0, 5);

            assertThat(first.keep()).isTrue();
            assertThat(second.keep()).isFalse();
        }

        assertThat(files()).containsExactly(directory.resolve("2c").resolve(HELLO));
    }

    @Test
    void shouldLeaveNothingOfAnUploadThatIsNotKept() throws IOException {
        try (var upload = store.upload()) {
            upload.write(new byte[100], 0, 100);
        }

        assertThat(files()).isEmpty();
    }

    @Test
    void shouldRemoveWhatACrashLeftBehindButNotWhatMayBeInUse() throws IOException {
        var old = Files.createFile(directory.resolve("incoming/old"));
        var fresh = Files.createFile(directory.resolve("incoming/fresh"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        new BlobStore(directory);

        assertThat(files()).containsExactly(fresh);
    }

    @Test
    void shouldRefuseNamesThatAreNoDigests() {
        assertThatThrownBy(() -> store.find("../../etc/passwd")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.find(HELLO.toUpperCase(java.util.Locale.ROOT)))
                .hasMessageContaining("64 lower-case hexadecimal digits");
    }

    private Stream<Path> files() throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList().stream();
        }
    }

    @Test
    void shouldNotRemoveWhatSomebodyReliesOn() throws IOException {
        store.put("hello".getBytes(UTF_8));
        var file = store.find(HELLO).orElseThrow();
        var yesterday = Instant.now().minus(Duration.ofDays(1));
        var hourAgo = Instant.now().minus(Duration.ofHours(1));

        Files.setLastModifiedTime(file, FileTime.from(yesterday));
        assertThat(store.claim(HELLO)).isTrue();
        assertThat(store.remove(HELLO, hourAgo)).isFalse();

        Files.setLastModifiedTime(file, FileTime.from(yesterday));
        store.put("hello".getBytes(UTF_8));
        assertThat(store.remove(HELLO, hourAgo)).isFalse();

        Files.setLastModifiedTime(file, FileTime.from(yesterday));
        assertThat(store.remove(HELLO, hourAgo)).isTrue();
        assertThat(store.find(HELLO)).isEmpty();
        assertThat(store.claim(HELLO)).isFalse();
        assertThat(store.remove(HELLO, hourAgo)).isTrue();
    }
}
