package dev.coil.worker.blob;

import dev.coil.worker.fault.InfraTrouble;

/** Where the node is that serves sources and blobs; asked anew for each request, as it may have moved. */
@FunctionalInterface
public interface Node {

    /** Where it is now, and what it is to be shown. */
    NodeAddress address() throws InfraTrouble;
}
