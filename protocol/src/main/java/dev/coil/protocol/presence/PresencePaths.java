package dev.coil.protocol.presence;

/** The ZooKeeper paths below the chroot that the connect string may name. */
public final class PresencePaths {

    /** One ephemeral node per worker incarnation, named by it; its data is a {@code WorkerInfo} as JSON. */
    public static final String WORKERS = "/coil/workers";

    /** One ephemeral node per gateway; its data is the base URL ({@code http://host:port}) that workers and submitters use. */
    public static final String GATEWAYS = "/coil/gateways";

    private PresencePaths() {}

    public static String worker(String incarnation) {
        return WORKERS + "/" + incarnation;
    }

    public static String gateway(String id) {
        return GATEWAYS + "/" + id;
    }
}
