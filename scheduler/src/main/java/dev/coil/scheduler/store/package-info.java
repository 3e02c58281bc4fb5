/** The RocksDB store, a cache of the command log, and the overlay over it. */
@NullMarked
package dev.coil.scheduler.store;

import org.jspecify.annotations.NullMarked;
