/** The embedded node: a real Kafka broker, a real ZooKeeper, scheduler, viewer and one worker in the one JVM. */
@NullMarked
package dev.coil.ops.node;

import org.jspecify.annotations.NullMarked;
