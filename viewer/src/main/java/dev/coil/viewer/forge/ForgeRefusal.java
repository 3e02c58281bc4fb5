package dev.coil.viewer.forge;

/** The forge does not do that, and would not do it later either: the message says what to do. */
public final class ForgeRefusal extends ForgeFailure {

    private static final long serialVersionUID = 1;

    private final int status;

    /** @param status of HTTP */
    public ForgeRefusal(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The status of HTTP that it answered with. */
    public int status() {
        return status;
    }
}
