package dev.coil.protocol.presence;

/** The ZooKeeper paths below the chroot that the connect string may name. */
public final class PresencePaths {

    /** One ephemeral node per worker incarnation, named by it; its data is a {@code WorkerInfo} as JSON. */
    public static final String WORKERS = "/coil/workers";

    /** One ephemeral node per gateway; its data is the base URL ({@code http://host:port}) that workers and submitters use. */
    public static final String GATEWAYS = "/coil/gateways";

    /**
     * One node per partition, written by its owner again whenever it is not as the log says; its data are the {@code Pause}s of workers,
     * as a JSON array. A worker that any of them names takes nothing new.
     */
    public static final String DRAINS = "/coil/drains";

    /** Where the scheduler is elected that puts workers into quarantine. */
    public static final String QUARANTINE = "/coil/quarantine";

    private PresencePaths() {}

    public static String worker(String incarnation) {
        return WORKERS + "/" + incarnation;
    }

    public static String drains(int partition) {
        return DRAINS + "/" + partition;
    }

    public static String gateway(String id) {
        return GATEWAYS + "/" + id;
    }
}
