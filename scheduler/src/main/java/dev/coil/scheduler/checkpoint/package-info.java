/** Checkpoints: the whole state of a partition at one of its commands, written to Kafka, read back, and what they make superfluous. */
@NullMarked
package dev.coil.scheduler.checkpoint;

import org.jspecify.annotations.NullMarked;
