/** The scheduler: who owns which partition of the command log, and what an owner does. */
@NullMarked
package dev.coil.scheduler;

import org.jspecify.annotations.NullMarked;
