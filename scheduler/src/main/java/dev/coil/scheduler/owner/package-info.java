/** The loop that folds one partition of the command log, and how it gets and gives up that right. */
@NullMarked
package dev.coil.scheduler.owner;

import org.jspecify.annotations.NullMarked;
