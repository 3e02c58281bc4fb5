/** Which ready tasks are in the space, and which wait behind. */
@NullMarked
package dev.coil.scheduler.window;

import org.jspecify.annotations.NullMarked;
