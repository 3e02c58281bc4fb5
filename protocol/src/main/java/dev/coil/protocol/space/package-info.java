/** The tuple space as pure data structures: ready tasks, the view of them, whose turn it is, what is left of a worker, and who claims first. */
@NullMarked
package dev.coil.protocol.space;

import org.jspecify.annotations.NullMarked;
