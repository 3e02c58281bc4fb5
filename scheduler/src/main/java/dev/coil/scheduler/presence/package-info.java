/** Which workers are there, by ZooKeeper. */
@NullMarked
package dev.coil.scheduler.presence;

import org.jspecify.annotations.NullMarked;
