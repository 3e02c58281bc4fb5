package dev.coil.ops.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A private key and a certificate for {@code localhost} that nobody has signed.
 *
 * @param both PEM, as a node wants it
 * @param certificate PEM, as those want it who are to trust the node
 */
public record SelfSigned(Path both, Path certificate) {

    private static final String PASSWORD = "changeit";

    public static SelfSigned make(Path directory) throws Exception {
        var store = directory.resolve("store.p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=coil",
                        "-validity",
                        "2",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new AssertionError("keytool did not make a key");
        }
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        var key = pem("PRIVATE KEY", keys.getKey("node", PASSWORD.toCharArray()).getEncoded());
        var certificate = pem("CERTIFICATE", keys.getCertificate("node").getEncoded());
        return new SelfSigned(
                Files.writeString(directory.resolve("node.pem"), key + certificate),
                Files.writeString(directory.resolve("ca.pem"), certificate));
    }

    private static String pem(String what, byte[] bytes) {
        var text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
