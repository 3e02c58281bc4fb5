/** Asks the owners of the command log for something, and waits for their answer. */
@NullMarked
package dev.coil.scheduler.request;

import org.jspecify.annotations.NullMarked;
