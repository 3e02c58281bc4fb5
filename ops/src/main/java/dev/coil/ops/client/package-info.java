/** A client of a node's HTTP API: typed records, the live stream of a run, logs and blobs. */
@NullMarked
package dev.coil.ops.client;

import org.jspecify.annotations.NullMarked;
