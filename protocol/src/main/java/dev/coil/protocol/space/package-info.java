/** The tuple space as pure data structures: ready tasks, the view of them, and who claims first, and what is left of a worker. */
@NullMarked
package dev.coil.protocol.space;

import org.jspecify.annotations.NullMarked;
