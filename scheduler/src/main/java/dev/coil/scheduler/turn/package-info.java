/** The fold of one command: what it may read and change, and the effects that it collects. */
@NullMarked
package dev.coil.scheduler.turn;

import org.jspecify.annotations.NullMarked;
