package dev.coil.worker.program;

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
public final class Authority {

    private Authority() {}

    /**
     * Trusts them.
     *
     * @param file {@code $COIL_CA}; empty for none
     * @throws IllegalArgumentException with what is wrong with the file
     */
    public static void trust(String file) {
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
            throw unusable(file, Reason.of(e));
        } catch (GeneralSecurityException e) {
            throw unusable(file, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Trusts no certificate: of a program that speaks plain HTTP alone, and need not read and keep all those that Java trusts.
     */
    static void trustNobody() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            SSLContext.setDefault(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has TLS", e);
        }
    }

    private static IllegalArgumentException unusable(String file, String why) {
        return new IllegalArgumentException(
                "cannot use $COIL_CA, " + file + ": " + why + ": expected a PEM file with certificates");
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
