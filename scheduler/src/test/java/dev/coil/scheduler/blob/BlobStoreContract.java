package dev.coil.scheduler.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store of blobs does. */
abstract class BlobStoreContract {

    static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir
    Path directory;

    private BlobStore store;

    /** Opens an empty store, which may use the directory. */
    abstract BlobStore openStore() throws Exception;

    /** Lets a blob look as if it had been written, and last been claimed, so long ago. */
    abstract void age(String digest, Duration age) throws Exception;

    /** Where uploads lie that are not kept. */
    Path incoming() {
        return directory.resolve("incoming");
    }

    @BeforeEach
    void open() throws Exception {
        store = openStore();
    }

    @Test
    void shouldNameABlobByItsContent() throws IOException {
        assertThat(store.put("hello".getBytes(UTF_8))).isEqualTo(HELLO);

        var blob = store.open(HELLO).orElseThrow();
        assertThat(blob.size()).isEqualTo(5);
        assertThat(blob.content()).asString(UTF_8).isEqualTo("hello");
    }

    @Test
    void shouldKnowNothingOfWhatWasNotKept() throws IOException {
        assertThat(store.open(HELLO)).isEmpty();
        assertThat(store.claim(HELLO)).isFalse();
    }

    @Test
    void shouldKeepTheEmptyBlob() throws IOException {
        var digest = store.put(new byte[0]);

        assertThat(store.claim(digest)).isTrue();
        assertThat(store.open(digest).orElseThrow().size()).isZero();
        assertThat(store.open(digest).orElseThrow().content()).isEmpty();
    }

    @Test
    void shouldReadPartsOfABlob() throws IOException {
        store.put("hello".getBytes(UTF_8));

        var blob = store.open(HELLO).orElseThrow();
        assertThat(text(blob, 1, 3)).isEqualTo("ell");
        assertThat(text(blob, 0, 1)).isEqualTo("h");
        assertThat(text(blob, 4, 1)).isEqualTo("o");
    }

    private static String text(Blob blob, long first, long length) throws IOException {
        try (var bytes = blob.read(first, length)) {
            return new String(bytes.readAllBytes(), UTF_8);
        }
    }

    @Test
    void shouldGiveUpABlobThatIsReadInPart() throws IOException {
        var digest = store.put(new byte[3_000_000]);

        try (var bytes = store.open(digest).orElseThrow().read(0, 3_000_000)) {
            assertThat(bytes.readNBytes(10)).hasSize(10);
        }

        assertThat(store.open(digest).orElseThrow().content()).hasSize(3_000_000);
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

        assertThat(incoming()).isEmptyDirectory();
        assertThat(store.open(HELLO).orElseThrow().content()).asString(UTF_8).isEqualTo("hello");
    }

    @Test
    void shouldHaveEachBlobWholeWhenManyKeepTheSameOne() {
        var content = "x".repeat(200_000).getBytes(UTF_8);

        var digests = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> put(content))
                .distinct()
                .toList();

        assertThat(digests).singleElement().satisfies(digest -> assertThat(
                        store.open(digest).orElseThrow().content())
                .isEqualTo(content));
    }

    private String put(byte[] content) {
        try {
            return store.put(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldLeaveNothingOfAnUploadThatIsNotKept() throws IOException {
        try (var upload = store.upload()) {
            upload.write("hello".getBytes(UTF_8), 0, 5);
            assertThat(incoming()).isNotEmptyDirectory();
        }

        assertThat(incoming()).isEmptyDirectory();
        assertThat(store.open(HELLO)).isEmpty();
    }

    @Test
    void shouldRefuseNamesThatAreNoDigests() {
        assertThatThrownBy(() -> store.open("../../etc/passwd")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.claim(HELLO.toUpperCase(Locale.ROOT)))
                .hasMessageContaining("64 lower-case hexadecimal digits");
    }

    @Test
    void shouldNotRemoveWhatSomebodyReliesOn() throws Exception {
        store.put("hello".getBytes(UTF_8));
        var hourAgo = store.now().minus(Duration.ofHours(1));

        age(HELLO, Duration.ofDays(1));
        assertThat(store.claim(HELLO)).isTrue();
        assertThat(store.remove(HELLO, hourAgo)).isFalse();

        age(HELLO, Duration.ofDays(1));
        store.put("hello".getBytes(UTF_8));
        assertThat(store.remove(HELLO, hourAgo)).isFalse();
        assertThat(store.open(HELLO).orElseThrow().content()).asString(UTF_8).isEqualTo("hello");
    }

    @Test
    void shouldRemoveWhatNobodyReliesOnAnyMore() throws Exception {
        store.put("hello".getBytes(UTF_8));
        assertThat(store.claim(HELLO)).isTrue();
        var hourAgo = store.now().minus(Duration.ofHours(1));

        age(HELLO, Duration.ofDays(1));
        store.remove(HELLO, hourAgo);

        assertThat(store.open(HELLO)).isEmpty();
        assertThat(store.claim(HELLO)).isFalse();
        age(HELLO, Duration.ofDays(1));
        assertThat(store.remove(HELLO, hourAgo)).as("in a later round").isTrue();
    }

    @Test
    void shouldTakeABlobAgainThatWasRemoved() throws Exception {
        store.put("hello".getBytes(UTF_8));
        age(HELLO, Duration.ofDays(1));
        store.remove(HELLO, store.now().minus(Duration.ofHours(1)));

        store.put("hello".getBytes(UTF_8));

        assertThat(store.claim(HELLO)).isTrue();
        assertThat(store.remove(HELLO, store.now().minus(Duration.ofHours(1)))).isFalse();
    }
}
