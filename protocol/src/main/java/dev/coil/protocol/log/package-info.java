/** The only I/O of this module: thin Kafka readers and writers for the logs and the space. */
@NullMarked
package dev.coil.protocol.log;

import org.jspecify.annotations.NullMarked;
