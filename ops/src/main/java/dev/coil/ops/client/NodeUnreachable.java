package dev.coil.ops.client;

import java.net.URI;

/** No node answers at a URL, or it went away in the middle of an answer. */
public final class NodeUnreachable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final URI node;

    NodeUnreachable(URI node, String message, Throwable cause) {
        super(message, cause);
        this.node = node;
    }

    public URI node() {
        return node;
    }
}
