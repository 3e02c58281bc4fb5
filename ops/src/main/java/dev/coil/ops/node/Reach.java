package dev.coil.ops.node;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * From where a node is reached. One that is reached from elsewhere than its own machine lets in only who has a key.
 *
 * @param bindAddress the address on which it serves HTTP
 * @param port its one HTTP port; 0 for a free one
 * @param tls a PEM file with its private key and its certificates; {@code null} for none
 * @param plain whether it may be reached from elsewhere without TLS
 * @param publicUrl how others reach it, as through a proxy, without a slash at the end; {@code null} for as it is bound
 * @param everybodyMayLook whether pages and what they show need no key
 */
public record Reach(
        String bindAddress,
        int port,
        @Nullable Path tls,
        boolean plain,
        @Nullable URI publicUrl,
        boolean everybodyMayLook) {

    public static final int DEFAULT_PORT = 8080;

    private static final int LARGEST_PORT = 65_535;

    /** This machine alone, on the default port. */
    public static final Reach LOOPBACK = new Reach("127.0.0.1", DEFAULT_PORT, null, false, null, false);

    /** @throws IllegalArgumentException with the setting that cannot be */
    public Reach {
        if (bindAddress.isBlank()) {
            throw new IllegalArgumentException("the bind address is empty: expected a host name or an IP address");
        }
        if (port < 0 || port > LARGEST_PORT) {
            throw new IllegalArgumentException("port is " + port + ": expected 0 (any free one) to " + LARGEST_PORT);
        }
        if (publicUrl != null) {
            if (publicUrl.getHost() == null
                    || !String.valueOf(publicUrl.getScheme()).matches("https?")) {
                throw new IllegalArgumentException(
                        "--public-url is '" + publicUrl + "': expected something like https://ci.example.org");
            }
            publicUrl = URI.create(publicUrl.toString().replaceAll("/+$", ""));
        }
        if (tls != null && plain) {
            throw new IllegalArgumentException("--no-tls and --tls exclude each other: leave one out");
        }
        if (tls == null && !plain && !isLoopback(bindAddress)) {
            throw new IllegalArgumentException("whoever listens on the way to " + bindAddress
                    + " would see keys and sources: give --tls FILE, a PEM file with the private key and the certificates;"
                    + " or --no-tls, where a proxy speaks TLS or the network is your own");
        }
    }

    public Reach withPort(int number) {
        return new Reach(bindAddress, number, tls, plain, publicUrl, everybodyMayLook);
    }

    /** Whether only who has a key is let in. */
    boolean doors() {
        return publicUrl != null || !isLoopback(bindAddress);
    }

    /** An address that is none is for the server to complain of. */
    static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return true;
        }
    }
}
