package dev.coil.ops.node;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.worker.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * {@code /worker.sh} and {@code /worker.sh.sha256}: the worker for machines without a JVM. It is the same bytes for everybody, so that whoever
 * has it can tell by its digest whether it is that of the node.
 */
final class WorkerScript {

    private static final String RESOURCE = "sh/worker.sh";
    private static final MediaType SHELL_SCRIPT = MediaType.create("text", "x-shellscript");

    private WorkerScript() {}

    static void register(ServerBuilder server) {
        var script = bytes();
        var digest = sha256(script) + "  worker.sh\n";
        server.service(
                "/worker.sh",
                (ctx, request) -> HttpResponse.of(HttpStatus.OK, SHELL_SCRIPT, HttpData.wrap(script.clone())));
        server.service(
                "/worker.sh.sha256", (ctx, request) -> HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT, digest));
    }

    static byte[] bytes() {
        try (var in = Objects.requireNonNull(Worker.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    private static String sha256(byte[] script) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(script));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
