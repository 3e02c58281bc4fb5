/** Whether the machine is fit for tasks. */
@NullMarked
package dev.coil.worker.health;

import org.jspecify.annotations.NullMarked;
