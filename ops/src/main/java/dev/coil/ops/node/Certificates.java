package dev.coil.ops.node;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.ServerBuilder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The node's private key and certificates, from the one PEM file that proxies and web servers read as well. */
final class Certificates {

    private Certificates() {}

    /** @throws NodeStartException if the file cannot be used */
    static void use(ServerBuilder server, Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new NodeStartException(
                    "cannot read " + file + ": --tls wants a PEM file with a private key and certificates");
        }
        try {
            server.tls(TlsKeyPair.of(file.toFile(), file.toFile()));
        } catch (RuntimeException e) {
            throw unusable(file, e);
        }
    }

    static NodeStartException unusable(Path file, Throwable cause) {
        return new NodeStartException(
                file + " cannot be used for TLS (" + cause.getMessage()
                        + "): expected a PEM file with a private key in PKCS#8 (-----BEGIN PRIVATE KEY-----)"
                        + " and its certificates, the node's own first",
                cause);
    }
}
