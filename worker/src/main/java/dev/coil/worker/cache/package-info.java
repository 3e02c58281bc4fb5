/** What tasks leave on this worker for later ones of their project. */
@NullMarked
package dev.coil.worker.cache;

import org.jspecify.annotations.NullMarked;
