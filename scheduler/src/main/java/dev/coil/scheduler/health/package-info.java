/** Workers on which tasks end with errors that they do not have elsewhere: they are put into quarantine. */
@NullMarked
package dev.coil.scheduler.health;

import org.jspecify.annotations.NullMarked;
