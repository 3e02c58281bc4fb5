/** What the resolver stores: tables, keys and records, without any I/O. */
@NullMarked
package dev.coil.scheduler.state;

import org.jspecify.annotations.NullMarked;
