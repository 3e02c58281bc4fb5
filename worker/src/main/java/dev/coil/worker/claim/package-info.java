/** The first stage, and the worker's main loop: sees the ready tasks, and claims those that it has room for. */
@NullMarked
package dev.coil.worker.claim;

import org.jspecify.annotations.NullMarked;
