package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

/** What tasks have kept, fetched and unpacked. */
class ArtifactVerbTest extends FakeNodeFixture {

    @Test
    void shouldListArtifacts() {
        assertThat(console.coil("artifact", "ls", "latest").out()).isEqualTo("""
                TASK   ARTIFACT  FILES  BYTES  SHA256
                build  dist      7      1234   ab12
                """);
    }

    @Test
    void shouldUnpackAnArtifact() throws IOException {
        serve(archive("bin/tool", "#!/bin/sh\n"));

        var result = console.coil("artifact", "get", "latest", "build", "dist", "-o", "out");

        assertThat(result.err()).isEqualTo("coil: 7 files in " + temporary.resolve("out") + "\n");
        assertThat(temporary.resolve("out/bin/tool")).hasContent("#!/bin/sh\n").isExecutable();
        try (var left = Files.list(temporary.resolve("out"))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void shouldSayWhenAnArtifactExpired() {
        node.json(
                "GET /api/v1/runs/latest",
                FINISHED.replace(
                        "\"artifacts\": [{", "\"artifacts\": [{\"expiresAt\": \"2026-02-01T00:00:00.000Z\", "));
        node.json("GET /api/v1/blobs/ab12", HttpStatus.NOT_FOUND, "{\"error\":\"there is no blob ab12\"}");

        assertThat(console.coil("artifact", "get", "latest", "build", "-o", "out"))
                .isEqualTo(
                        new Console.Result(
                                ExitCodes.ERROR,
                                "",
                                "coil: the artifact dist expired on 2026-02-01T00:00:00Z: run its task again to have it anew\n"));
    }

    @Test
    void shouldTakeTheOnlyArtifactOfATask() throws IOException {
        serve(archive("f", "x"));

        assertThat(console.coil("artifact", "get", "latest", "build", "-o", "out")
                        .code())
                .isZero();
        assertThat(temporary.resolve("out/f")).hasContent("x");
    }

    @Test
    void shouldAskWhichOfSeveralArtifactsIsMeant() {
        node.json(
                "GET /api/v1/runs/latest",
                FINISHED.replace("\"artifacts\": [{", "\"artifacts\": [{\"name\": \"log\"}, {"));

        assertThat(console.coil("artifact", "get", "latest", "build"))
                .isEqualTo(
                        new Console.Result(ExitCodes.USAGE, "", "coil: build has 2 artifacts, say which: log, dist\n"));
        assertThat(console.coil("artifact", "get", "latest", "test").err())
                .isEqualTo("coil: test/linux-s390x/1 has no artifacts\n");
    }

    @Test
    void shouldPrintASingleFile() throws IOException {
        serve(archive("deep/f", "as it is"), 1);

        assertThat(console.coil("artifact", "get", "latest", "build", "-o", "-"))
                .isEqualTo(new Console.Result(0, "as it is", ""));
        try (var left = Files.list(temporary)) {
            assertThat(left.filter(file -> !file.endsWith("home"))).isEmpty();
        }
    }

    @Test
    void shouldNotPrintSeveralFiles() {
        assertThat(console.coil("artifact", "get", "latest", "build", "-o", "-"))
                .isEqualTo(new Console.Result(
                        ExitCodes.USAGE,
                        "",
                        "coil: only a single file can be printed, and dist holds 7: unpack it with -o DIR\n"));
    }

    @Test
    void shouldKeepTheArchiveIfAsked() throws IOException {
        var archive = archive("f", "x");
        serve(archive);

        console.coil("artifact", "get", "latest", "build", "dist", "--archive", "dist.tar.gz");

        assertThat(temporary.resolve("dist.tar.gz")).hasBinaryContent(archive);
    }

    @Test
    void shouldUnpackNothingThatIsNotWhatWasKept() throws IOException {
        node.bytes("GET /api/v1/blobs/ab12", archive("f", "x"));

        var result = console.coil("artifact", "get", "latest", "build", "dist", "-o", "out");

        assertThat(result.err()).contains("the digest differs");
        assertThat(result.code()).isEqualTo(ExitCodes.ERROR);
        assertThat(temporary.resolve("out/f")).doesNotExist();
    }

    @Test
    void shouldUnpackNothingOutsideTheDirectory() throws IOException {
        serve(archive("../evil", "x"));

        var result = console.coil("artifact", "get", "latest", "build", "dist", "-o", "out");

        assertThat(result.code()).isEqualTo(ExitCodes.ERROR);
        assertThat(temporary.resolve("evil")).doesNotExist();
    }

    private void serve(byte[] archive) {
        serve(archive, 7);
    }

    private void serve(byte[] archive, int files) {
        try {
            var digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
            node.json(
                    "GET /api/v1/runs/latest",
                    FINISHED.replace("\"files\": 7", "\"files\": " + files).replace("ab12", digest));
            node.bytes("GET /api/v1/blobs/" + digest, archive);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] archive(String name, String content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            var entry = new TarArchiveEntry(name, true);
            entry.setMode(0100755);
            entry.setSize(content.length());
            tar.putArchiveEntry(entry);
            tar.write(content.getBytes(UTF_8));
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
