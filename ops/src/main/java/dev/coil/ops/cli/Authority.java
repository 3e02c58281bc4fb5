package dev.coil.ops.cli;

import dev.coil.ops.files.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the certificates in the file {@code $COIL_CA} besides those that Java trusts: of a node that has its own authority, or none. For the
 * whole process, as every connection of it may go to the node.
 */
final class Authority {

    private Authority() {}

    static void trust(World world) {
        var file = world.variable("COIL_CA");
        if (file.isEmpty()) {
            return;
        }
        try {
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (var known : manager(null).getAcceptedIssuers()) {
                trusted.setCertificateEntry("java-" + trusted.size(), known);
            }
            int before = trusted.size();
            try (var in = Files.newInputStream(Path.of(file))) {
                for (var own : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    trusted.setCertificateEntry("own-" + trusted.size(), own);
                }
            }
            if (trusted.size() == before) {
                throw new CertificateException("there is no certificate in it");
            }
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager(trusted)}, null);
            SSLContext.setDefault(context);
        } catch (IOException e) {
            fail(world, file, Reason.of(e));
        } catch (GeneralSecurityException e) {
            fail(world, file, String.valueOf(e.getMessage()));
        }
    }

    private static void fail(World world, String file, String why) {
        world.err()
                .println("coil: cannot use $COIL_CA, " + file + ": " + why + ": expected a PEM file with certificates");
        world.err().flush();
        System.exit(ExitCodes.USAGE);
    }

    /** @param store {@code null} for what Java trusts */
    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new IllegalStateException("every JVM has a trust manager for X.509");
    }
}
