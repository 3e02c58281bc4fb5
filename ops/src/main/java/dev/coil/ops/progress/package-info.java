/** How a run is shown while it runs, and what is said of it at its end. */
@NullMarked
package dev.coil.ops.progress;

import org.jspecify.annotations.NullMarked;
