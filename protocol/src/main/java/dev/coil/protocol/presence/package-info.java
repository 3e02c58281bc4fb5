/** Where the parts announce themselves in ZooKeeper. */
@NullMarked
package dev.coil.protocol.presence;

import org.jspecify.annotations.NullMarked;
