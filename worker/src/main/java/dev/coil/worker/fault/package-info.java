/** Whose fault it is that an attempt did not come to its end. */
@NullMarked
package dev.coil.worker.fault;

import org.jspecify.annotations.NullMarked;
