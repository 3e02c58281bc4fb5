/** The worker's place in ZooKeeper: announces it, sees its peers, and finds the node. */
@NullMarked
package dev.coil.worker.presence;

import org.jspecify.annotations.NullMarked;
