/** The third stage: runs a script in a session of its own, and ends all of its processes with it. */
@NullMarked
package dev.coil.worker.execute;

import org.jspecify.annotations.NullMarked;
