package dev.coil.worker.blob;

import dev.coil.worker.fault.InfraTrouble;
import java.net.URI;

/** Where the node is that serves sources and blobs; asked anew for each request, as it may have moved. */
@FunctionalInterface
public interface Node {

    /** Its base URL, without a slash at the end. */
    URI url() throws InfraTrouble;
}
