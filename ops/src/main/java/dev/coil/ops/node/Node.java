package dev.coil.ops.node;

import java.net.URI;

/** What submitters, browsers and workers talk to, from its start until it is closed. */
public interface Node extends AutoCloseable {

    /** The base URL, without a slash at its end. */
    URI url();

    /** Stops at once. What was acknowledged is there again after the next start on the same home. */
    @Override
    void close();
}
