/** The replicated state machine: commands in, state and effects out; no clock, chance, I/O or logging. */
@NullMarked
package dev.coil.scheduler.resolver;

import org.jspecify.annotations.NullMarked;
