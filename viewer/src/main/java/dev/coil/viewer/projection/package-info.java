/** The fold of the event log into runs, tasks, attempts and workers, in memory. */
@NullMarked
package dev.coil.viewer.projection;

import org.jspecify.annotations.NullMarked;
