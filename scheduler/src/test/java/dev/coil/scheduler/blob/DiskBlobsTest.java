package dev.coil.scheduler.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DiskBlobsTest extends BlobStoreContract {

    @Override
    BlobStore openStore() throws IOException {
        return new DiskBlobs(directory);
    }

    @Override
    void age(String digest, Duration age) throws IOException {
        if (Files.exists(file(digest))) {
            Files.setLastModifiedTime(file(digest), FileTime.from(Instant.now().minus(age)));
        }
    }

    private Path file(String digest) {
        return directory.resolve(digest.substring(0, 2)).resolve(digest);
    }

    @Test
    void shouldBeAFileForEachBlob() throws IOException {
        openStore().put("hello".getBytes(UTF_8));

        assertThat(file(HELLO)).hasContent("hello");
    }

    @Test
    void shouldRemoveWhatACrashLeftBehindButNotWhatMayBeInUse() throws IOException {
        var old = Files.createFile(incoming().resolve("old"));
        var fresh = Files.createFile(incoming().resolve("fresh"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        openStore();

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }
}
